"""Fragments about the last two answers: "how much growth is that?", "both together?", "compare the two"."""

from __future__ import annotations

import re
from dataclasses import replace

from crm_copilot.library.plan import By, Condition, Plan
from crm_copilot.understanding.followup.fragment import Fragment, new_measures
from crm_copilot.understanding.followup.whole import covers, use, whole

_GROWTH = whole(
    r"(?:(?:so\s)?(?:how\smuch|what(?:'s|\sis|\swas)?|qual(?:\se|\sfoi)?|quanto)\s)?(?:(?:the|a|o|de)\s)?"
    r"(?:growth|increase|decrease|drop|change|difference|crescimento|variacao|diferenca|cresceu|aumento|queda)"
    r"(?:\s(?:rate|is|was|that|it|isso|foi|between|the|two|them|percentual))*"
    r"(?:\s(?:in|em)\s(?:percent|percentage|%|percentual|porcentagem))?"
)
_BOTH = r"(?:them|both|the\stwo|those|these|those\stwo|os\sdois|as\sduas|amb[oa]s)"
_TOGETHER = whole(rf"(?:{_BOTH}\s)?(?:together|combined|junt[oa]s|somad[oa]s)")
_COMPARED = whole(
    rf"(?:compare|compar[ae])\s{_BOTH}|(?:(?:put|show|coloca|mostra)\s)?(?:{_BOTH}\s)?"
    r"(?:side\sby\sside|next\sto\seach\sother|lado\sa\slado|in\sone\stable)"
)

_OF_EACH = re.compile(
    r"\b(?:each of the two|both of them|each of them|for both|cada um[a]? d[oa]s dois|cada uma das duas|d[oa]s dois"
    r"|das duas)\b"
)


def of_both(fragment: Fragment, earlier: Plan | None) -> Plan | None:
    """Return one plan for the last two, where they differ in one thing and the fragment is about both of them."""
    before = fragment.before
    if earlier is None or earlier == before or not fragment.text.strip(" ?!."):
        return None
    if len(before.periods) == len(earlier.periods) == 1 and earlier.but(periods=before.periods) == before:
        return _periods(fragment, earlier)
    return _values(fragment, earlier)


def _periods(fragment: Fragment, earlier: Plan) -> Plan | None:
    before = fragment.before
    periods = tuple(sorted((*earlier.periods, *before.periods), key=lambda period: period.start))
    if covers(_GROWTH, fragment):
        return before.but(periods=periods, by=(*before.by, By("period")), transform="growth")
    if covers(_COMPARED, fragment):
        return before.but(periods=periods, by=(*before.by, By("period")))
    return before.but(periods=periods) if covers(_TOGETHER, fragment) else None


def _values(fragment: Fragment, earlier: Plan) -> Plan | None:
    """Return the plan for both values where each of the two is about one of them."""
    before = fragment.before
    mine = [condition for condition in _conditions(before) if condition not in _conditions(earlier)]
    theirs = [condition for condition in _conditions(earlier) if condition not in _conditions(before)]
    if len(mine) != 1 or len(theirs) != 1 or mine[0].field != theirs[0].field or mine[0].op != "==":
        return None
    both = Condition(mine[0].field, "in", (theirs[0].value, mine[0].value))
    if _replaced(earlier, theirs[0], mine[0]) != before:
        return None
    if _OF_EACH.search(fragment.text) and (measures := new_measures(fragment)):
        use(fragment)
        apart = _replaced(before, mine[0], both)
        return apart.but(measures=measures, by=(*before.by, By(both.field)))
    if covers(_TOGETHER, fragment):
        return _replaced(before, mine[0], both)
    compared = _replaced(before, mine[0], both) if covers(_COMPARED, fragment) else None
    return compared.but(by=(*before.by, By(both.field))) if compared else None


def _conditions(plan: Plan) -> list[Condition]:
    return [*plan.where, *(condition for measure in plan.measures for condition in measure.part)]


def _replaced(plan: Plan, old: Condition, new: Condition) -> Plan:
    """Return the plan with one condition in place of another, among its filters and in what it is a share of."""
    measures = tuple(replace(m, part=tuple(new if c == old else c for c in m.part)) for m in plan.measures)
    return plan.but(where=tuple(new if c == old else c for c in plan.where), measures=measures)
