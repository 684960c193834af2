"""What is remembered: conversations, their turns and answers, and what people thought of them."""

from crm_copilot.storage.store import MOST_OF_A_TITLE, Conversation, Rating, Store, Turn

__all__ = ["MOST_OF_A_TITLE", "Conversation", "Rating", "Store", "Turn"]
