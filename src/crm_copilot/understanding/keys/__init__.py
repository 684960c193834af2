"""By what the answer is broken down: "by state", "each month", "which sellers", "top 5 categories".

First the words around a mention *mark* it as a key (`marks.py`); once the measures are read, what is marked and
what nothing else has used becomes a group key.
"""

from crm_copilot.understanding.keys.groups import read_keys
from crm_copilot.understanding.keys.marks import mark_keys
from crm_copilot.understanding.keys.sides import side_of

__all__ = ["mark_keys", "read_keys", "side_of"]
