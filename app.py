"""The entry of the Streamlit app; everything is in `crm_copilot.interfaces.app`."""

from crm_copilot.interfaces.app import main

main()
