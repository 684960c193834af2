"""The tools of the playbook: facts of a client, what to pitch, whether something may be offered, what the text says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from crm_copilot.errors import CopilotError
from crm_copilot.playbook import permission, pitching, records
from crm_copilot.playbook.book import Playbook
from crm_copilot.playbook.facts import Facts
from crm_copilot.playbook.judging import judge
from crm_copilot.playbook.meaning import Meant, meant
from crm_copilot.playbook.policies import relevant
from crm_copilot.playbook.saying import say
from crm_copilot.playbook.subjects import keywords
from crm_copilot.tools.clients import Directory

Answer = dict[str, Any]
Search = Callable[[str, int], Sequence[tuple[str, float]]]
Recommend = Callable[[str, int], Sequence[dict[str, Any]]]
Fact = Literal["all", "spend", "manager", "industry", "meeting"]
_OFFERS = 3
_MANAGER = "account_manager"


@dataclass(frozen=True)
class Desk:
    """What the tools work with: `search` gives ids of passages with their likeness, `recommend` offers for an id.

    `hidden` are the columns of clients that the asker may not see.
    """

    directory: Directory
    playbook: Playbook
    search: Search
    recommend: Recommend
    hidden: frozenset[str] = frozenset()


def client_tool(desk: Desk) -> Callable[..., Any]:
    """Return the tool that looks a client up."""

    def client(name: str, fact: Fact = "all", period: str = "", language: str = "en") -> dict[str, Any]:
        """Tell who manages a client, their industry, spend this year or last meeting; names may be misspelt.

        A client may be told by a figure too: "our biggest client in Retail", "the client not met for longest".
        Only the spend of this year is recorded: for another `period` it says so.
        """
        clients = desk.directory.clients
        if not clients:
            return records.refused(say(language, "no clients"))
        if fact == "manager" and _MANAGER in desk.hidden:
            return records.refused(say(language, "hidden", what=_MANAGER))
        whom = meant(name, clients, language)
        return whom.refusal or whom.told(records.told(whom.client, fact, language, period))

    return client


def accounts_tool(desk: Desk) -> Callable[..., Any]:
    """Return the tool that lists clients."""

    def accounts(
        manager: str = "", industry: str = "", least_spend: float | None = None, most_spend: float | None = None,
        not_met_days: float | None = None, met_days: float | None = None, language: str = "en",
    ) -> dict[str, Any]:  # fmt: skip
        """List the clients of a manager, of an industry, by their spend, or not met (or met) for so many days."""
        wanted = records.Wanted(manager, industry, least_spend, most_spend, not_met_days, met_days)
        clients = desk.directory.clients
        if manager and _MANAGER in desk.hidden:
            return records.refused(say(language, "hidden", what=_MANAGER))
        return records.listing(clients, wanted, language) if clients else records.refused(say(language, "no clients"))

    return accounts


def pitch_tool(desk: Desk) -> Callable[..., Any]:
    """Return the tool that says what to pitch."""

    def pitch(
        name: str = "", about: str = "", industry: str = "", spend: float | None = None, language: str = "en"
    ) -> dict[str, Any]:
        """Say what the playbook tells to pitch to a client, named or described, or whether `about` may be offered."""
        if not (name or industry or spend is not None):
            return records.refused(say(language, "for whom"))
        whom = meant(name, desk.directory.clients, language) if name else Meant()
        known = whom.client
        facts = replace(known, industry=industry or known.industry, spend=known.spend if spend is None else spend)
        return whom.refusal or whom.told(_pitched(desk, facts, about, language))

    return pitch


def candidates_tool(desk: Desk) -> Callable[..., Any]:
    """Return the tool that lists whom something may be offered to."""

    def candidates(product: str, language: str = "en") -> dict[str, Any]:
        """List the clients for whom a rule tells to offer a product and none rules it out, and whom one rules out."""
        clients = desk.directory.clients
        if not clients:
            return records.refused(say(language, "no clients"))
        judged = [(client, judge(desk.playbook.rules, client)) for client in clients]
        return permission.candidates(judged, product, language)

    return candidates


def policy_tool(desk: Desk) -> Callable[..., Any]:
    """Return the tool that says what the playbook says."""

    def policy(question: str, language: str = "en") -> dict[str, Any]:
        """Quote the rules of the playbook that answer a question, or say that the text does not say."""
        if not desk.playbook.rules:
            return records.refused(say(language, "empty"))
        rules = relevant(question, desk.playbook.rules, desk.search(question, 10))
        topic = " ".join(keywords(question)) or question.strip()
        return permission.quoted(rules, topic, language, yes_or_no=records.is_yes_or_no(question))

    return policy


def _pitched(desk: Desk, facts: Facts, about: str, language: str) -> Answer:
    if not desk.playbook.rules:
        return records.refused(say(language, "empty"))
    judged = judge(desk.playbook.rules, facts)
    if about:
        near = {rule.id for rule in relevant(about, desk.playbook.rules, desk.search(about, 10))}
        told = permission.permission(judged, facts, about, language, [j for j in judged if j.rule.id in near])
    else:
        told = pitching.pitch(judged, facts, language, _offers(desk, facts))
    known = [records.source(facts, language)] if facts.id else []
    return {**told, "sources": [*known, *told["sources"]]}


def _offers(desk: Desk, facts: Facts) -> Sequence[dict[str, Any]]:
    """Return what the recommender has for a client, nothing where it does not know them."""
    try:
        return desk.recommend(facts.id, _OFFERS) if facts.id else []
    except CopilotError:
        return []
