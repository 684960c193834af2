"""amoCRM (Kommo): its companies, deals, notes, tasks and events as `clients` and `interactions`.

    tokens   the OAuth tokens: in one file that only its owner may read, refreshed by one process at a time
    client   pages of the API v4, at its pace; what is over the limit or failing is asked again
    mapping  what an entity of amoCRM is here
    sync     fetch, merge with what was fetched before, write the files, load them as any other data

Texts of amoCRM are data: they are stored and quoted, and never followed.
"""

from crm_copilot.connectors.amocrm.client import Client
from crm_copilot.connectors.amocrm.sync import Synced, synchronise
from crm_copilot.connectors.amocrm.tokens import Access, TokenStore

__all__ = ["Access", "Client", "Synced", "TokenStore", "synchronise"]
