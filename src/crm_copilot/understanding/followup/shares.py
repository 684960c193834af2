"""Follow-ups that ask which share the answer before is: "what percentage of all orders is that?"."""

from __future__ import annotations

import re
from dataclasses import replace

from crm_copilot.library.plan import Condition, Plan
from crm_copilot.understanding.conditions import with_base
from crm_copilot.understanding.followup.cues import AMONG
from crm_copilot.understanding.followup.fragment import Fragment

_THAT = re.compile(r"\b(?:that|this|it|isso|isto)\b")
_AS_SHARE = re.compile(r"\b(?:in|as|em|como)(?: an?| uma?)? (?:%|percent|percentages?|share|percentual|porcentagem)")
# "As a percentage of all orders of the month", "o percentual das entregas": of what there is in the same group.
_OF_ITS_OWN = re.compile(
    r"\bof (?:all )?(?:the |its |their )?(?:orders|deliver\w+|reviews|customers|leads|items)\b"
    r"|\bd[aeo]s? (?:total d[eo]s? )?(?:pedidos|entregas|avaliacoes|clientes|leads|itens)\b"
)
_EACH = re.compile(r"\bof each\b|\b(?:de |em )?cada um[a]?\b")
_ALL = re.compile(r"\b(?:all|total|todos|todas|overall)\b")
_TOGETHER = re.compile(r"\b(?:they|them|together|combined|those|these|juntos|juntas|eles|elas|somados|somadas)\b")


def share_of_that(fragment: Fragment) -> Plan | None:
    """Read "what percentage of the delivered orders is that?" after a number as the share of its rows."""
    before, alone = fragment.before, fragment.alone
    counted = len(before.measures) == 1 and before.measures[0].entity and not before.by and before.where
    if not counted or not fragment.asks("share") or fragment.draft.keys:
        return None
    said = _THAT.search(fragment.text) or _AS_SHARE.search(fragment.text) or len(fragment.text.split()) == 1
    if not said or before.measures[0].part:
        return None
    part = _part(fragment)
    base = tuple(dict.fromkeys(c for c in (*alone.where, *before.where) if c not in part and _is_base(fragment, c)))
    return before.but(measures=(replace(before.measures[0], part=part, where=with_base(part)),), where=base)


def share_of_them(fragment: Fragment) -> Plan | None:
    """Read "what share of those came from SP?" after a number as that part of what was counted."""
    before, part = fragment.before, fragment.alone.where or tuple(c for m in fragment.alone.measures for c in m.part)
    counted = len(before.measures) == 1 and before.measures[0].entity and not before.by and not before.measures[0].part
    if not counted or not part or fragment.draft.keys or not fragment.asks("share") or not AMONG.search(fragment.text):
        return None
    new = tuple(condition for condition in part if condition not in before.where)
    return before.but(measures=(replace(before.measures[0], part=new, where=with_base(new)),)) if new else None


def share_in_each(fragment: Fragment) -> Plan | None:
    """Read "what percentage of each year's orders is that?" as the share of its rows in each of its groups."""
    before, keys = fragment.before, [key for _, key in fragment.draft.keys]
    told = fragment.alone.measures[:1]
    if before.by and told and told[0].part and not fragment.draft.measures and _EACH.search(fragment.text):
        return before.but(measures=told, transform=None, correlate=None)  # "what share of each is negative?"
    counted = len(before.measures) == 1 and before.measures[0].entity and not before.measures[0].part
    known = {known.field for known in before.by}
    keys = [key for key in keys if key.field in known]
    part = tuple(c for c in before.where if c.op in ("is", "is not") or c.field in ("order_status", "payment_type"))
    if not counted or not part or not before.by or not fragment.asks("share"):
        return None
    if not set(keys) <= set(before.by) or not (keys or _OF_ITS_OWN.search(fragment.text)):
        return None
    if not any(words.search(fragment.text) for words in (_THAT, _AS_SHARE, _OF_ITS_OWN)):
        return None
    rest = tuple(condition for condition in before.where if condition not in part)
    measure = replace(before.measures[0], part=part, where=with_base(part))
    return before.but(measures=(measure,), where=rest, transform=None)


def _part(fragment: Fragment) -> tuple[Condition, ...]:
    """Return what the share is of: what happened to the rows ("late"), rather than where, unless all is meant."""
    new = tuple(condition for condition in fragment.before.where if condition not in fragment.alone.where)
    happened = tuple(condition for condition in new if condition.op in ("is", "is not"))
    return happened if happened and not _ALL.search(fragment.text) else new


def _is_base(fragment: Fragment, condition: Condition) -> bool:
    """Whether the rows that the share is of are limited so: as before, unless all of them are meant."""
    new = condition in fragment.alone.where and condition not in fragment.before.where
    return new or not _ALL.search(fragment.text)


def share_of_those(fragment: Fragment) -> Plan | None:
    """Read "what share do they make up together?" after a ranking as one percentage."""
    before, draft = fragment.before, fragment.draft
    together = before.limit and len(before.by) == 1 and not (draft.keys or draft.where or draft.measures)
    if not together or not fragment.asks("share") or not _TOGETHER.search(fragment.text):
        return None
    return before.but(transform="top share", measures=before.measures[:1], order=None)
