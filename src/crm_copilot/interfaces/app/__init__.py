"""The Streamlit app: chat, data and settings over `Copilot`. `streamlit run app.py`, or `crm app`.

plain          text that is never read as Markdown     resources      the service, shared by all browsers
loading        loads that run outside a page           signed_in      who looks at a page
cookie         what a browser keeps of that            sign_in        the page where it is told
chat           the chat page                           conversations  the list, and which one is open
turns          a question and where it stands          steps          the steps while they run
answers        one result as a block                   ratings        thumbs, stars, comment
tables         how columns are written                 charts, axes   the picture of a result
downloads      CSV and Excel                           data_page, offers_page, playbook_page, settings_page
"""

from __future__ import annotations

from pathlib import Path

__all__ = ["SCRIPT", "main"]
SCRIPT = Path(__file__).with_name("script.py")


def main(start: str = "chat") -> None:
    """Draw the page that the address names, `start` when it names none."""
    from crm_copilot.interfaces.app import frame

    frame.draw(start)
