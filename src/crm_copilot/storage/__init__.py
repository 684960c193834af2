"""What is remembered: conversations, their turns and answers, and what people thought of them."""

from crm_copilot.storage.store import Conversation, Rating, Store, Turn

__all__ = ["Conversation", "Rating", "Store", "Turn"]
