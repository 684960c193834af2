"""What every front end asks: one service for each process, many people at once.

service   who may do what, in the words of a front end
runs      answers a turn in the house of its asker, once for equal questions
jobs      the answers that are being worked on
houses    the houses by what their people may see
cache     equal questions share one answer
limits    how much one person may ask, and how many may wait
signal    something that happens once
"""

from crm_copilot.service.jobs import Event, Job, Jobs
from crm_copilot.service.service import Service

__all__ = ["Event", "Job", "Jobs", "Service"]
