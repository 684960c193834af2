"""The entry of the Streamlit app; everything is in `crm_copilot.interfaces.app`."""

from streamlit.starlette import App

from crm_copilot.interfaces.app import SCRIPT
from crm_copilot.interfaces.app.cookie import routes

app = App(SCRIPT, routes=routes())
