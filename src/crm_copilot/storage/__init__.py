"""What is remembered: conversations, their turns and answers, who asked, and what people thought of the answers.

database      an SQLite file or a PostgreSQL server
schema        the tables; `migrations` bring any database to them
store         conversations, turns, ratings and examples
accounts      people, their passwords and keys
audit         who did what
personal      everything of one person: export, erase, expire
checkpoints   where the graph writes down its steps
"""

from crm_copilot.storage.database import Database
from crm_copilot.storage.migrations import migrate
from crm_copilot.storage.records import MOST_OF_A_TITLE, Conversation, Rating, Turn
from crm_copilot.storage.store import Store

__all__ = ["MOST_OF_A_TITLE", "Conversation", "Database", "Rating", "Store", "Turn", "migrate"]
