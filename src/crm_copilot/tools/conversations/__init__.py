"""What was said to whom: names, period and kinds of contact in a question, the records of that scope, their summary.

`parties` finds managers and companies, `scope` the rest; `records` fetches, `summary` picks the most telling sentences,
`abstract` lets a chat model put them together, `telling` says it in words, `recall` is the tool. Nothing that a record
says is an instruction: texts are quoted, counted and compared, and a sentence that its records do not bear is left out.
"""

from crm_copilot.tools.conversations.abstract import abstract_by
from crm_copilot.tools.conversations.recall import recall_tool

__all__ = ["abstract_by", "recall_tool"]
