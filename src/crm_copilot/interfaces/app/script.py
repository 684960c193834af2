"""What Streamlit runs for each browser; `app.py` names it."""

from crm_copilot.interfaces.app import main

main()
