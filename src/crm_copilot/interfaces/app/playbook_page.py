"""The playbook page: every rule as it was read, what could not be read, and how to correct one."""

from __future__ import annotations

import streamlit as st

from crm_copilot.errors import CopilotError
from crm_copilot.interfaces.app.plain import literal, sheet
from crm_copilot.interfaces.app.resources import house
from crm_copilot.playbook.book import Playbook
from crm_copilot.playbook.conditions import write
from crm_copilot.playbook.rules import Clause, Rule

_HOW = (
    "Rules are read from the texts of the collection “playbook”. Add your own with the command below; they take the "
    "place of the playbook that ships. What is read here decides what is pitched to whom: look through it, and correct."
)
_ADD = "crm knowledge add FILE --collection playbook"
_FORM = (
    "One condition on each line, and all must hold: “industry is Retail or Fashion”, “industry is not Finance”, "
    "“client is …”, “manager is …”, “spend < 150000”, “spend between 50000 and 100000”, “days since meeting > 90”, "
    "“days since contact > 30”, or “unclear: …” for what the data cannot tell."
)
_STATES = {"read": "read", "corrected": "corrected by you", "not read": "not read: never applied, only quoted"}
_NOTICE = "playbook-notice"


def page() -> None:
    """Draw the playbook page."""
    st.title("Playbook")
    st.text(_HOW)
    st.code(_ADD, language="bash")
    if notice := st.session_state.pop(_NOTICE, ""):
        st.success(literal(notice))
    try:
        book = house().playbook
        rules = book.rules
    except CopilotError as error:
        st.error(literal(str(error)), title="The rules cannot be shown")
        return
    if not rules:
        st.info("There are no rules yet.")
        return
    _overview(rules)
    _correct(book, rules)


def _overview(rules: tuple[Rule, ...]) -> None:
    unread = sum(rule.status == "not read" for rule in rules)
    st.subheader("Rules as they were read")
    st.caption(f"{len(rules)} rules, {unread} could not be read")
    sheet([row for rule in rules for row in _rows(rule)], "Rules of the playbook")


def _rows(rule: Rule) -> list[dict[str, str]]:
    """Return a row for each clause of a rule, or one that says that it could not be read."""
    return [
        {
            "Rule": rule.title, "Text": clause.text, "When": _lines(clause) or "always",
            "Offer": ", ".join(clause.offer) + (" and nothing else" if clause.only else ""),
            "Do not offer": ", ".join(clause.avoid), "State": _STATES[rule.status],
        }
        for clause in rule.clauses or (Clause(rule.text),)
    ]  # fmt: skip


def _lines(clause: Clause) -> str:
    return "; ".join(write(line) for line in clause.when)


def _correct(book: Playbook, rules: tuple[Rule, ...]) -> None:
    st.subheader("Correct a rule")
    by_id = {rule.id: rule for rule in rules}
    chosen = st.selectbox("Rule", list(by_id), format_func=lambda name: _short(by_id[name]), key="rule")
    rule = by_id[chosen]
    clauses = rule.clauses or (Clause(rule.text),)
    place = 0
    if len(clauses) > 1:
        place = st.selectbox("Part", range(len(clauses)), format_func=lambda n: clauses[n].text[:80], key="part")
    st.text(clauses[place].text)
    _form(book, rule, clauses[place], place)
    if rule.status == "corrected" and st.button("Take the correction back"):
        book.restore(rule.id)
        _done(f"{rule.title} is read from its text again.")


def _short(rule: Rule) -> str:
    return f"{rule.title} · {rule.text[:60]}"


def _form(book: Playbook, rule: Rule, clause: Clause, place: int) -> None:
    key = f"{rule.id}-{place}"
    with st.form(f"rule-{key}"):
        when = st.text_area("When", "\n".join(write(line) for line in clause.when), help=_FORM, key=f"when-{key}")
        offer = st.text_area("Offer, one on each line", "\n".join(clause.offer), key=f"offer-{key}")
        avoid = st.text_area("Do not offer, one on each line", "\n".join(clause.avoid), key=f"avoid-{key}")
        only = st.checkbox("Offer nothing else", clause.only, key=f"only-{key}")
        if st.form_submit_button("Save"):
            try:
                book.correct(
                    rule.id, place, when=when.splitlines(), offer=_names(offer), avoid=_names(avoid), only=only
                )
            except CopilotError as error:
                st.error(literal(str(error)))
            else:
                _done(f"{rule.title} is read as you say.")


def _names(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _done(notice: str) -> None:
    st.session_state[_NOTICE] = notice
    st.rerun()
