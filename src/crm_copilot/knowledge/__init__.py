"""Collections of texts that people add: files are read, split into passages, embedded and searched.

`Collections` is the door: `add`, `remove`, `list`, `passages`, `search`. Each collection is a folder of its own under
CRM_HOME/knowledge; what is added makes a new version of it, and readers switch when that version is whole.
"""

from crm_copilot.knowledge.collections import Added, Collections, Overview
from crm_copilot.knowledge.files import Refused

__all__ = ["Added", "Collections", "Overview", "Refused"]
