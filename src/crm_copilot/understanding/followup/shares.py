"""Follow-ups that ask which share the answer before is: "what percentage of all orders is that?"."""

from __future__ import annotations

import re
from dataclasses import replace

from crm_copilot.library.plan import Plan
from crm_copilot.understanding.conditions import with_base
from crm_copilot.understanding.followup.fragment import Fragment

_THAT = re.compile(r"\b(?:that|this|it|isso|isto)\b")
_TOGETHER = re.compile(r"\b(?:they|them|together|combined|those|these|juntos|juntas|eles|elas|somados|somadas)\b")


def share_of_that(fragment: Fragment) -> Plan | None:
    """Read "what percentage of the delivered orders is that?" after a number as the share of its rows."""
    before, alone = fragment.before, fragment.alone
    counted = len(before.measures) == 1 and before.measures[0].entity and not before.by and before.where
    if not counted or not fragment.asks("share") or fragment.draft.keys or not _THAT.search(fragment.text):
        return None
    base = tuple(condition for condition in alone.where if condition not in before.where)
    part = tuple(condition for condition in before.where if condition not in alone.where)
    return before.but(measures=(replace(before.measures[0], part=part, where=with_base(part)),), where=base)


def share_of_those(fragment: Fragment) -> Plan | None:
    """Read "what share do they make up together?" after a ranking as one percentage."""
    before, draft = fragment.before, fragment.draft
    together = before.limit and len(before.by) == 1 and not draft.keys and not draft.where
    if not together or not fragment.asks("share") or not _TOGETHER.search(fragment.text):
        return None
    return before.but(transform="top share", measures=before.measures[:1], order=None)
