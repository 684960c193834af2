"""Say a plan in words, in English and Portuguese.

The English sentence can be read again by the understanding room, which is how a follow-up becomes a whole question.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from crm_copilot.catalog import entities, fields, metrics
from crm_copilot.library import special
from crm_copilot.library.calendar import DATES, dated
from crm_copilot.library.combining import BASES
from crm_copilot.library.plan import EACH, By, Condition, Having, Measure, Plan, Special
from crm_copilot.library.wording import (
    AGGS,
    AMONG,
    BAR_MEANINGS,
    BARS,
    COMPARED,
    DAYS,
    ENDS,
    GRAINS,
    HELD,
    TRANSFORMS,
    WORDS,
    capital,
)

Lang = Literal["en", "pt"]


def describe(plan: Plan, language: Lang = "en") -> str:
    """Return one sentence without a full stop that says what the plan computes."""
    if plan.special:
        return _special(plan.special)
    say = WORDS[language]
    head = _head(plan, language)
    keys = [key_label(key, language) for key in plan.by]
    if plan.listing:
        keys = [*(_field_label(m.field, language) for m in plan.measures if m.field in fields()), *keys]
    if plan.reduce and keys:
        head = f"{AGGS[language][plan.reduce]} {head} {say['per']} {keys.pop()}"
    text = head + (f" {say['with' if plan.listing else 'by']} {_join(keys, language)}" if keys else "")
    tail = [*_limits(plan, language), *_shape(plan, language)]
    return ", ".join([text, *tail]) if tail else text


def measure_label(measure: Measure, language: Lang = "en") -> str:
    """Return what a measure is called."""
    say = WORDS[language]
    if measure.minus:
        return f"{measure_label(measure.whole, language)} {say['minus']} {measure_label(measure.minus, language)}"
    named = metrics()[measure.metric] if measure.metric else None
    if measure.part and not (named and named.part):
        return f"{say['percentage of']} {_plain_label(measure, language)} {_conditions(measure.part, language)}"
    if named:
        return _with_limits(named.label[language], measure, language)
    if measure.divisor:
        above, below = measure_label(measure.above, language), measure_label(measure.divisor, language)
        return f"{above} {say['as percentage of'] if measure.percent else say['per']} {below}"
    return _plain_label(measure, language)


def key_label(key: By, language: Lang = "en") -> str:
    """Return what a group key is called."""
    if key.field == "time":
        return GRAINS[language][key.grain or "month"]
    if key.field == "period":
        return WORDS[language]["period"]
    known = fields().get(key.field)
    label = _field_label(key.field, language)
    if known and known.kind == "predicate":
        other = known.label.get(f"not_{language}")
        return f"{label} {WORDS[language]['or']} {other}" if other else label
    if key.only:
        return f"{label} ({', '.join(map(str, key.only))} {WORDS[language]['against the rest']})"
    return f"{label} {WORDS[language]['band']}" if key.bins else label


def definitions(plan: Plan, language: Lang = "en") -> str:
    """Return the definitions that the plan rests on, each once."""
    names = [m.metric for measure in plan.measures for m in (measure, measure.divisor) if m and m.metric]
    texts = [metrics()[name].about for name in names if name]
    texts += [_bar_meaning(having, language) for having in plan.having if isinstance(having.value, str)]
    about = [f"{capital(fields()[n].label['en'])}: {fields()[n].about}." for n in _fields(plan) if fields()[n].about]
    return " ".join(dict.fromkeys([*texts, *about]))


# -------------------------------------------------------------------------------------------------------- parts


def _head(plan: Plan, language: Lang) -> str:
    if plan.correlate:
        first, second = (_field_label(name, language) for name in plan.correlate)
        return f"{WORDS[language]['correlation between']} {first} {WORDS[language]['and']} {second}"
    if plan.listing:
        entity = next(e for e in entities().values() if e.table == plan.listing)
        return f"{WORDS[language]['list of']} {entity.label[language]}"
    return _join([measure_label(m, language) for m in plan.measures], language)


def _plain_label(measure: Measure, language: Lang) -> str:
    say = WORDS[language]
    if measure.metric and not measure.divisor:
        return metrics()[measure.metric].label[language]
    if measure.entity:
        label = f"{say['number of']} {entities()[measure.entity].label[language]}"
    elif measure.field in fields():
        said = ENDS if measure.field in DAYS and measure.agg in ENDS[language] else AGGS
        label = f"{said[language][measure.agg]} {fields()[measure.field].label[language]}"
    else:
        label = measure.name.replace("_", " ")
    return _with_limits(label, measure, language)


def _with_limits(label: str, measure: Measure, language: Lang) -> str:
    """Return a label with the conditions that it does not say itself."""
    said = metrics()[measure.metric].where if measure.metric else BASES
    own = [c for c in measure.where if c.field not in said]
    return f"{label} {_conditions(own, language)}" if own else label


def _limits(plan: Plan, language: Lang) -> list[str]:
    say = WORDS[language]
    found = [_conditions(plan.where, language)] if plan.where else []
    found += [_having(having, language) for having in plan.having]
    if plan.periods:
        labels = [period.label for period in plan.periods]
        link = "" if labels[0].startswith(("since", "before", "after", "until", "the last")) else f"{say['in']} "
        found.append(link + _join([dated(label, language) for label in labels], language))
    if plan.time:
        found.append(f"{say['dated by']} {_field_label(plan.time, language)}")
    return found


def _shape(plan: Plan, language: Lang) -> list[str]:
    say = WORDS[language]
    found = [f"{say['only']} {_conditions(plan.show, language)}"] if plan.show else []
    if plan.transform:
        found.append(TRANSFORMS[language][plan.transform].format(percent=f"{plan.percent or 80:g}"))
    if plan.listing and plan.order and not plan.measures:
        found.append(f"{plan.limit or ''} {say['newest' if plan.order == 'desc' else 'oldest']}".strip())
    elif plan.limit and plan.transform != "top share":
        way = say["top"] if plan.order != "asc" else say["lowest"]
        inside = f" {say['in each']} {key_label(plan.within, language)}" if plan.within else ""
        found.append(f"{way} {plan.limit}{inside}")
    elif plan.limit:
        found.append(f"{say['top']} {plan.limit}")
    elif plan.order == "asc" and plan.by:
        found.append(say["lowest first"])
    return found


def _conditions(conditions: Sequence[Condition], language: Lang) -> str:
    return _join([_condition(c, language) for c in conditions], language)


def _condition(condition: Condition, language: Lang) -> str:
    return f" {WORDS[language]['or']} ".join(_one_condition(one, language) for one in condition.each)


def _one_condition(condition: Condition, language: Lang) -> str:
    known = fields().get(condition.field)
    label = _field_label(condition.field, language)
    if known and known.kind == "predicate":
        if condition.op == "is":
            return label
        return known.label.get(f"not_{language}") or f"{WORDS[language]['not']} {label}"
    if condition.op == "missing":
        return f"{WORDS[language]['without']} {label}"
    value = _value(condition.value, language)
    if condition.field == "order_weekday":
        value = dated(value, language)
    if condition.op in ("==", "in"):
        return f"{label} {value}"
    return f"{label} {COMPARED[language][condition.op]} {value}"


def _having(having: Having, language: Lang) -> str:
    say = WORDS[language]
    key = say["those"] if having.key == EACH else _field_label(having.key, language)
    if having.op in ("top", "bottom"):
        placed = AMONG[language][having.op].format(number=_value(having.value, language))
        kept = say["without" if having.without else "only"]
        return f"{kept} {key} {placed} {say['by']} {measure_label(having.measure, language)}"
    barred = isinstance(having.value, str)
    value = BARS[language][str(having.value)] if barred else _value(having.value, language)
    how = (HELD if barred else COMPARED)[language][having.op]
    compared = f"{measure_label(having.measure, language)} {how} {value}"
    kind = "share of" if having.part else "without" if having.without else "only"
    period = f" {say['in']} {dated(having.period.label, language)}" if having.period else ""
    held = "without" if having.part and having.without else "with"
    return f"{say[kind]} {key} {say[held]} {compared}{period}"


def _bar_meaning(having: Having, language: Lang) -> str:
    key = WORDS[language]["each"] if having.key == EACH else _field_label(having.key, language)
    text = BAR_MEANINGS[language][str(having.value)]
    return text.format(measure=capital(measure_label(having.measure, language)), key=key)


def _field_label(name: str, language: Lang) -> str:
    """Return what a field is called; a plain column of a table is no field, and is called by its name."""
    if name in DATES:
        return DATES[name][language]
    if name in fields():
        return fields()[name].label[language]
    return WORDS[language].get(name, name.replace("_", " "))


def _value(value: object, language: Lang) -> str:
    if isinstance(value, tuple):
        return _join([_value(v, language) for v in value], language)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _join(words: Sequence[str], language: Lang) -> str:
    words = [word for word in words if word]
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {WORDS[language]['and']} {words[-1]}"


def _special(wanted: Special) -> str:
    function = special.functions()[wanted.name]
    text = (function.__doc__ or "").strip().splitlines()[0].rstrip(".")
    params = ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in wanted.params)
    return f"{text} ({params})" if params else text


def _fields(plan: Plan) -> list[str]:
    names = [m.field for m in plan.measures] + [k.field for k in plan.by] + [c.field for c in plan.conditions()]
    names += list(plan.correlate or ()) + [h.measure.field for h in plan.having]
    return [name for name in dict.fromkeys(names) if name in fields()]
