"""Pairs for what the corpus hardly holds: rankings of several, places of a ranking, hours, ranges, and unread words.

Every question here is put together from a plan's own words (`made.toml`), so it is plain; what matters is which of the
plans beside it is right. Words that no plan expresses ("per kilo") make an answer that passes over them wrong.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from crm_copilot.catalog import fields
from crm_copilot.library.describe import Lang, measure_label
from crm_copilot.library.plan import By, Condition, Measure, Op, Plan, aggregate_of, count_of
from training.examples.draw import draw_measure, key_of

Asked = tuple[str, Plan, Sequence[Plan]]  # a question, the plan that answers it, and plans that do not

_SHOWN = 10  # rows of a ranking that says no number
_COUNTED = ("order", "item", "review", "customer")
_RANGED_BY = (None, "customer_state", "product_category", "seller_state", "payment_type")
_BANDED = ("price", "freight_value", "delivery_days", "delay_days", "order_value", "payment_installments", "item_total")
_EDGES = (10.0, 50.0, 100.0)
_CLOCK: Mapping[Op, str] = {">=": "since", "<": "until", "between": "between", "==": "at"}


@cache
def _said() -> Mapping[Lang, Mapping[str, Any]]:
    return tomllib.loads(Path(__file__).with_name("made.toml").read_text("utf-8"))  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes questions in one language."""

    language: Lang
    rng: random.Random

    @property
    def kinds(self) -> Mapping[Callable[[], Asked], int]:
        """The kinds of whole questions, and how often each is made beside the others."""
        return {self.several: 3, self.place: 2, self.ends: 1, self.bands: 1}

    def several(self) -> Asked:
        """Return a ranking that says no number: some of the first, not the first alone."""
        counted, least = self.rng.random() < 0.3, self.rng.random() < 0.3
        measure = count_of(self.rng.choice(_COUNTED)) if counted else draw_measure(self.rng).measure
        name = self._key()
        plan = Plan(measures=(measure,), by=(key_of(name),), order="asc" if least else "desc", limit=_SHOWN)
        label = self._label(measure)
        label = label.removeprefix("number of ").removeprefix("número de ") if counted else label
        text = self._template(("counted_" if counted else "") + ("least" if least else "most"))
        turned = plan.but(order="desc" if least else "asc")
        return self._filled(text, name, m=label), plan, (plan.but(limit=1), turned, self._remeasured(plan))

    def place(self) -> Asked:
        """Return one place of a ranking: not the first, not so many."""
        name, nth, measure = self._key(), self.rng.choice((2, 2, 3, 3, 4, 5)), draw_measure(self.rng).measure
        first = Plan(measures=(measure,), by=(key_of(name),), order="desc", limit=1)
        plan = first.but(transform="rank", limit=None, show=(Condition("place", "==", nth),))
        other = plan.but(show=(Condition("place", "==", nth % 5 + 1),))
        told = {"m": self._label(measure), "nth": _said()[self.language]["nth"][str(nth)]}
        text = self._filled(self._template("place"), name, **told)
        return text, plan, (first, first.but(limit=nth), other, self._remeasured(plan))

    def ends(self) -> Asked:
        """Return the least and the most of a quantity: not the average, not one end."""
        name = self.rng.choice([n for n, known in fields().items() if known.kind == "quantity" and n != "order_hour"])
        key, mean = self.rng.choice(_RANGED_BY), aggregate_of(name, "mean")
        least_and_most = (aggregate_of(name, "min"), aggregate_of(name, "max"))
        plan = Plan(measures=least_and_most, by=(By(key),) if key else ())
        by = self._template("by") + _said()[self.language]["keys"][key][0] if key else ""
        text = self._template("range").format(f=fields()[name].label[self.language], by=by)
        return text, plan, (plan.but(measures=(mean,)), plan.but(measures=least_and_most[1:]))

    def bands(self) -> Asked:
        """Return a measure in bands of a quantity: not in all, not of the quantity itself."""
        name, measure = self.rng.choice(_BANDED), draw_measure(self.rng).measure
        plan = Plan(measures=(measure,), by=(By(name, bins=_EDGES),))
        text = self._template("bands").format(m=self._label(measure), f=fields()[name].label[self.language])
        ends = (aggregate_of(name, "min"), aggregate_of(name, "max"))
        return text, plan, (plan.but(by=()), plan.but(by=(), measures=ends), plan.but(by=(By("customer_state"),)))

    def clock(self, question: str, plan: Plan) -> Asked:
        """Return a question about some hours of the day: not of all, not of others."""
        op = self.rng.choice([*_CLOCK])
        first = self.rng.randint(1, 21)
        last = self.rng.randint(first + 1, 23)
        words = self._template(_CLOCK[op]).format(a=self._hour(first), b=self._hour(last))
        wanted = _timed(plan, op, (first, last - 1) if op == "between" else first)
        turned = _timed(plan, "<" if op == ">=" else ">=", first)
        moved = _timed(plan, op, (first - 1, last) if op == "between" else first + 2)
        return self._added(question, words), wanted, (plan, turned, moved)

    def unsaid(self, question: str) -> str:
        """Return a question that asks for more than any plan says."""
        return self._added(question, self._template("unsaid"))

    def _template(self, name: str) -> str:
        return str(self.rng.choice(_said()[self.language][name]))

    def _key(self) -> str:
        return str(self.rng.choice([*_said()[self.language]["keys"]]))

    def _label(self, measure: Measure) -> str:
        return measure_label(measure, self.language)

    def _filled(self, template: str, name: str, **told: str) -> str:
        key, keys, article = _said()[self.language]["keys"][name]
        return template.format(key=key, keys=keys, art=article, **told)

    def _remeasured(self, plan: Plan) -> Plan:
        return plan.but(measures=(draw_measure(self.rng).measure,))

    def _added(self, question: str, words: str) -> str:
        return f"{question.rstrip(' ?.!')} {words}{self.rng.choice(('', '?'))}"

    def _hour(self, hour: int) -> str:
        if self.language == "pt":
            return f"{hour}{self.rng.choice(('h', ' horas'))}"
        half = f"{(hour - 1) % 12 + 1}{self.rng.choice(('', ' '))}{'am' if hour < 12 else 'pm'}"
        return "noon" if hour == 12 else self.rng.choice((half, f"{hour}:00"))


def can_be_timed(plan: Plan) -> bool:
    """Whether hours of the day may be added to a plan."""
    told = {*(key.grain for key in plan.by), *(condition.field for condition in plan.where)}
    return not plan.listing and not told & {"hour", "order_hour"}


def _timed(plan: Plan, op: Op, value: object) -> Plan:
    return plan.but(where=(*plan.where, Condition("order_hour", op, value)))
