"""Follow-ups: "and by state?", "only 2018", "top 3" are read as changes of the question before.

What the fragment names replaces what the question had: its period, its filter on the same field, its breakdown, its
measure. What it does not name stays.
"""

from __future__ import annotations

from collections.abc import Sequence

from crm_copilot.domain import LinkedValue
from crm_copilot.library.plan import Plan, Special
from crm_copilot.library.special import calls_tools
from crm_copilot.understanding.confidence import confidence_of
from crm_copilot.understanding.followup.changes import changed, changed_as_a_whole
from crm_copilot.understanding.followup.cues import AMONG, BEST_OF, ITS, THAT_ONE, follows, is_cued, lacks_its_subject
from crm_copilot.understanding.followup.fragment import Fragment
from crm_copilot.understanding.followup.rows import about_rows
from crm_copilot.understanding.followup.two import of_both
from crm_copilot.understanding.reader import Calendar, Reading, drafted, read
from crm_copilot.understanding.specials import follow_told
from crm_copilot.understanding.text import language_of

__all__ = ["leans", "merge"]

_SURE = 0.9  # of a fragment after what a tool answered

# What a whole question must say and a fragment need not.
_TAKEN_FROM_BEFORE = ("what is measured", "what is counted", "what is ranked", "whose groups are limited")


def merge(
    question: str, before: Plan, links: Sequence[LinkedValue], calendar: Calendar, earlier: Plan | None = None
) -> Reading | None:  # fmt: skip
    """Return the reading of a follow-up to a plan and the one `earlier`, None when the question stands by itself."""
    if before.special:
        return _told(question, before.special, links, calendar)
    alone = read(question, links, calendar)
    if alone.scope or _is_told(alone):
        return None
    fragment = Fragment(before, *drafted(question, language_of(question), links, calendar))
    rows = about_rows(fragment)
    if rows is not None:
        return _reading(fragment, rows, said=rows.but(by=before.by, limit=None))
    plan = of_both(fragment, earlier) or changed_as_a_whole(fragment)
    if plan is None and not follows(question, alone, fragment.draft):
        return None
    plan = changed(fragment) if plan is None else plan
    # What changes nothing is answered again: read by itself it would lose the filters of the conversation.
    if plan == before and alone.plan is None:
        return None
    _doubt_pointers(fragment)
    return _reading(fragment, plan)


def leans(question: str, links: Sequence[LinkedValue], calendar: Calendar) -> bool:
    """Return whether a question means nothing without the one before: "and by weekday?", "only 2018"."""
    alone = read(question, links, calendar)
    if alone.scope or _is_told(alone) or not is_cued(question):
        return False
    return lacks_its_subject(alone, drafted(question, language_of(question), links, calendar)[0])


def _is_told(alone: Reading) -> bool:
    special = alone.plan.special if alone.plan else None
    return special is not None and calls_tools(special.name)


def _told(question: str, before: Special, links: Sequence[LinkedValue], calendar: Calendar) -> Reading | None:
    """Return what a fragment makes of a question that a tool answered."""
    language = language_of(question)
    found = follow_told(drafted(question, language, links, calendar)[0], before, calendar.last)
    return Reading(Plan(special=found), _SURE, language) if found is not None and found != before else None


def _reading(fragment: Fragment, plan: Plan, said: Plan | None = None) -> Reading:
    """Return the reading of a plan; `said` is what its words must account for where the rest was there before."""
    draft = fragment.draft
    unread = tuple(draft.unread())
    if draft.limit or plan.limit:
        draft.use_all("number")
    for reason in _TAKEN_FROM_BEFORE:
        draft.doubts.pop(reason, None)
    confidence = confidence_of(draft, said or plan, unread)
    return Reading(plan, confidence, draft.language, dict(draft.doubts), unread)


def _doubt_pointers(fragment: Fragment) -> None:
    """Doubt what points at the rows of the answer before: they are not known here."""
    draft, before = fragment.draft, fragment.before
    noun = THAT_ONE.search(fragment.text)
    keys = [key.field + (key.grain or "") for key in before.by]
    if noun and before.limit == 1 and any(noun["noun"][:4] in key for key in keys):
        draft.doubt("which one that is", 0.5)
    if before.limit == 1 and ITS.search(fragment.text) and not fragment.also:
        draft.doubt("which one that is", 0.5)
    if BEST_OF.search(fragment.text):
        draft.doubt("which one that is", 0.5)
    if before.limit and fragment.alone.where and AMONG.search(fragment.text):
        draft.doubt("a filter on what was ranked", 0.5)
