"""A draw put into words, in English or Portuguese, with the phrases of `phrases/`.

A question is a frame of the draw's shape ("top {k} {many} by {noun}{where}{period}") whose slots are filled with
phrases for the measure, the keys, the conditions and the period. In Portuguese the phrases come with their article
and are contracted with the preposition before them ("da receita", "nos estados").
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from crm_copilot.catalog import fields
from crm_copilot.library.wording import capital
from training.examples.draw import Draw, Named
from training.examples.noise import roughened
from training.examples.periods import Said
from training.examples.values import Filter

FOLDER = Path(__file__).parent / "phrases"
_MONTHS = {
    "en": "January February March April May June July August September October November December".split(),
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro".split(),
}
_ORDINALS = {"en": ("first", "second", "third", "fourth"), "pt": ("primeiro", "segundo", "terceiro", "quarto")}
_ADJECTIVES = {
    "en": {"day": "daily", "week": "weekly", "month": "monthly", "quarter": "quarterly", "year": "yearly"},
    "pt": {"day": "diária", "week": "semanal", "month": "mensal", "quarter": "trimestral", "year": "anual"},
}
_CONTRACTED = {
    "of": {"o": "do", "a": "da", "os": "dos", "as": "das"}, "in": {"o": "no", "a": "na", "os": "nos", "as": "nas"},
    "by": {"o": "pelo", "a": "pela", "os": "pelos", "as": "pelas"},
    "to": {"o": "ao", "a": "à", "os": "aos", "as": "às"},
}  # fmt: skip
_OVER = {">": "gt", ">=": "ge", "<": "lt", "==": "eq"}
# Fields whose things have a place of their own: for sellers, "state" is theirs.
_PLAIN = {"seller_state": "customer_state", "seller_city": "customer_city", "seller_region": "customer_region"}


@cache
def phrases(language: str) -> Mapping[str, Any]:
    """Return the phrases of a language."""
    return tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8"))


def ask(draw: Draw, language: str, rng: random.Random) -> tuple[str, str]:
    """Return a question for a draw, and the name of the frame that it was made with.

    Raises KeyError when the language has no phrase for a part of it.
    """
    frames = phrases(language)["frame"][draw.shape]
    number = rng.randrange(len(frames))
    slots = Slots(language, rng)
    fill(slots, draw)
    while True:
        try:
            text = frames[number].format_map(slots.filled)
            break
        except KeyError as error:
            if error.args[0] not in ("ask", "things", "after", "q"):
                raise
            number = rng.randrange(len(frames))  # a measure without such phrases
    return roughened(tidy(text), language, rng), f"{language}:{draw.shape}:{number}"


class Slots:
    """The slots of a frame, filled one by one."""

    def __init__(self, language: str, rng: random.Random) -> None:
        self.language, self.rng = language, rng
        self.filled: dict[str, Any] = {"where": "", "period": ""}
        self.known = phrases(language)

    def name(self, slot: str, phrase: str) -> None:
        """Fill a slot and its forms with an article and a preposition."""
        article, _, bare = phrase.partition(" ")
        if self.language == "pt" and article in _CONTRACTED["of"]:
            for word, forms in _CONTRACTED.items():
                self.filled[f"{word}_{slot}"] = f"{forms[article]} {bare}"
            self.filled |= {slot: bare, f"the_{slot}": phrase}
            return
        the, of, at = ("the ", "of the ", "in the ") if self.language == "en" else ("", "de ", "em ")
        if self.language == "en" and article in ("the", "how", "what"):
            the, of, at = "", "of ", "in "
        self.filled |= {slot: phrase, f"the_{slot}": the + phrase, f"of_{slot}": of + phrase, f"in_{slot}": at + phrase}
        self.filled |= {f"by_{slot}": ("by " if self.language == "en" else "por ") + phrase, f"to_{slot}": phrase}

    def pick(self, *path: str) -> str:
        """Return one of the phrases under a path; raise KeyError when there is none."""
        found: Any = self.known
        for part in path:
            found = found[part]
        if not found:
            raise KeyError(path[-1])
        return str(self.rng.choice(found))


def fill(slots: Slots, draw: Draw) -> None:
    """Fill the slots with phrases for everything that was drawn."""
    for mark, named in zip(("", "2"), draw.measures, strict=False):
        _name_measure(slots, named, mark)
    for mark, key in zip(("", "2"), draw.keys, strict=False):
        _name_key(slots, key, mark, draw)
    own = draw.slots.get("own", 0)
    slots.filled["where"] = "".join(_filter(slots, f, draw) for f in draw.filters)
    if own and not slots.filled["where"]:
        raise KeyError("where")
    if draw.said:
        slots.filled["period"] = " " + say_period(slots, draw.said)
    _fill_own(slots, draw)


def _name_measure(slots: Slots, named: Named, mark: str) -> None:
    entry = slots.known[named.kind][named.name]
    if named.kind == "quantity":
        slots.name("q", slots.rng.choice(entry["noun"]))
        slots.name(f"noun{mark}", slots.pick("agg", named.agg, "noun").format_map(slots.filled))
        usual = named.agg == fields()[named.name].agg
        asks = entry.get("ask", []) if usual else []
    else:
        slots.name(f"noun{mark}", slots.rng.choice(entry["noun"]))
        asks = entry.get("ask", [])
    if asks and not mark:
        slots.filled["ask"] = slots.rng.choice(asks)
    if named.kind == "count":
        slots.name(f"things{mark}", slots.rng.choice(entry["things"]))


def _name_key(slots: Slots, key: str, mark: str, draw: Draw) -> None:
    plain = draw.measures and (draw.measures[0].name == "seller" or "seller" in draw.measures[0].name)
    name = _PLAIN[key] if plain and key in _PLAIN and slots.rng.random() < 0.5 else key
    if draw.shape == "valueshare":
        return
    slots.name(f"one{mark}", slots.pick("key", name, "one"))
    slots.name(f"many{mark}", slots.pick("key", name, "many"))
    if key in _ADJECTIVES["en"]:
        slots.filled["adj"] = _ADJECTIVES[slots.language][key]


def _fill_own(slots: Slots, draw: Draw) -> None:
    given = draw.slots
    for name in ("k", "p"):
        if name in given:
            slots.filled[name] = given[name]
    for name in ("q1", "q2"):
        if name in given:
            slots.name(name, slots.pick("quantity", given[name], "noun"))
    for name in ("a", "b"):
        if name in given:
            slots.filled[name] = say_value(slots, draw.keys[0], given[name])
    for name in ("p1", "p2"):
        if name in given:
            slots.filled[name] = _short_period(slots, given[name])
    for name in ("predicate", "predicate2"):
        if name in given:
            mark = name.removeprefix("predicate")
            slots.filled[f"that{mark}"] = slots.pick("predicate", given[name], "that")
            slots.filled[f"after{mark}"] = slots.pick("predicate", given[name], "after")
    if "bar" in given:
        slots.filled["bar"] = slots.pick("bar", given["bar"]).format_map(slots.filled)
    if "did" in given:
        slots.filled["did"] = slots.pick("did", given["did"])
    if "op" in given:
        slots.filled["over"] = slots.pick("frame", "over", _OVER[given["op"]]).format(n=given["n"])
        slots.filled["n"] = given["n"]


def _filter(slots: Slots, made: Filter, draw: Draw) -> str:
    name, value = made.condition.field, made.condition.value
    if made.kind == "predicate":
        return " " + slots.pick("predicate", name, "after")
    if made.kind in ("in", "not"):
        plain = draw.measures and draw.measures[0].name == "seller" and name in _PLAIN and slots.rng.random() < 0.5
        phrase = slots.pick("value", _PLAIN[name] if plain else name, made.kind)
        return " " + phrase.replace("{v}", say_value(slots, name, value))
    low, high = value if isinstance(value, tuple) else (value, value)
    return " " + slots.pick("compare", name, made.kind).replace("{n}", str(low)).replace("{m}", str(high))


def say_value(slots: Slots, name: str, value: str) -> str:
    """Return how a person may write a value: its name in the language, as it is in the data, in small letters."""
    known = fields()[name].values.get(value, {}) if name in fields() else {}
    words: Sequence[str] = known.get(slots.language, ())
    if words and slots.rng.random() < 0.6:
        return slots.rng.choice(list(words)[:3])
    if value.isupper():
        return value
    said = value.replace("_", slots.rng.choice((" ", " ", "_", " & " if value.count("_") == 1 else " ")))
    return said.title() if name.endswith("_city") and slots.rng.random() < 0.5 else said


def say_period(slots: Slots, said: Said) -> str:
    """Return a phrase for a period."""
    given = dict(said.slots)
    if said.kind == "days":
        return slots.pick("period", "days").format_map({"from": given["from"], "to": given["to"]})
    months = _MONTHS[slots.language]
    for name in ("month", "month2"):
        if name in given:
            given[name], given[f"mon{name[5:]}"] = months[given[name] - 1], months[given[name] - 1][:3]
    for name in ("q", "h"):
        if name in given:
            given[f"{name}_ord"] = _ORDINALS[slots.language][given[name] - 1]
    return slots.pick("period", said.kind).format_map(given)


def _short_period(slots: Slots, said: Said) -> str:
    """Return the name of a period without a preposition."""
    given, months = said.slots, _MONTHS[slots.language]
    year = str(given["year"])
    if said.kind == "month":
        name = months[given["month"] - 1]
        return f"{slots.rng.choice((name, name[:3]))} {'de ' if slots.language == 'pt' else ''}{year}"
    if said.kind in ("quarter", "half"):
        number = given["q" if said.kind == "quarter" else "h"]
        unit = {"en": {"quarter": "Q", "half": "H"}, "pt": {"quarter": "T", "half": "S"}}[slots.language][said.kind]
        return f"{unit}{number} {year}" if slots.language == "en" else f"{number}{unit} {year}"
    return year


def tidy(text: str) -> str:
    """Join what slots left apart: double spaces, spaces before a mark, a small letter at the start."""
    text = " ".join(text.split())
    for mark in "?,.;:!)":
        text = text.replace(f" {mark}", mark)
    return capital(text)
