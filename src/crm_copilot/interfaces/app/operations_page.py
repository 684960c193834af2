"""The operations page, for administrators: what people ask and think, how it does, and how it bears up.

The same panels as the dashboard in `deploy/grafana`, from the database and from the numbers of this process.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import altair as alt
import pandas as pd
import streamlit as st

from crm_copilot.interfaces.app.plain import sheet
from crm_copilot.interfaces.app.resources import service
from crm_copilot.storage.overview import Overview, Run
from crm_copilot.watching.watch import Watch

_SPANS = {"Hour": timedelta(hours=1), "Day": timedelta(days=1), "Week": timedelta(days=7), "Month": timedelta(days=30)}
_BARS = 24  # of a chart over time
_NONE = "Nothing was asked in this time."
_OUTCOMES = {"answered": "#4c9a78", "declined": "#d98b2b", "failed": "#b23b3b"}
_LONGEST = 300  # characters of a text in a table


def page() -> None:
    """Draw the page."""
    st.title("Operations")
    span = _SPANS[st.segmented_control("Show the last", list(_SPANS), default="Day", required=True, key="span")]
    house = service().house
    overview, since = Overview(house.database), datetime.now(UTC) - span
    found = overview.runs(since)
    _numbers(found)
    _opinions(found, overview.thumbs(since))
    _over_time(found, since, span)
    _reasons(overview.declines(since), overview.ended(since))
    _process(service().watch)
    _last(overview)
    names = overview.names()
    rows = [
        {"When": _when(entry.at), "Who": names.get(entry.person, entry.person), "What": entry.action,
         "Detail": _short(entry.detail)}
        for entry in house.audit.entries(since, limit=50)
    ]  # fmt: skip
    _texts("Audit", rows, "Nothing was written down in this time.")


def _numbers(found: Sequence[Run]) -> None:
    with st.container(horizontal=True, gap="medium"):
        st.metric("Questions", f"{len(found):,}", width="content")
        st.metric("Answered", _share(sum(run.outcome == "answered" for run in found), len(found)), width="content")
        st.metric("People", str(len({run.person for run in found})), width="content")
        for label, share in (("Half within", 0.5), ("95 % within", 0.95)):
            st.metric(label, f"{quantile([run.seconds for run in found], share):.1f} s", width="content")
        st.metric("From the cache", _share(sum(run.cached for run in found), len(found)), width="content")


def _opinions(found: Sequence[Run], thumbs: tuple[int, int]) -> None:
    sure = [run.confidence for run in found if run.outcome == "answered" and run.confidence is not None]
    up, down = thumbs
    with st.container(horizontal=True, gap="medium"):
        st.metric("Thumbs up", f"{up:,}", width="content")
        st.metric("Thumbs down", f"{down:,}", width="content")
        relevance = f"{sum(sure) / len(sure):.0%}" if sure else "–"
        st.metric("Relevance", relevance, width="content", help="How sure the answers are, on average.")
        st.metric("Tokens read", f"{sum(run.tokens_in or 0 for run in found):,}", width="content")
        st.metric("Tokens written", f"{sum(run.tokens_out or 0 for run in found):,}", width="content")


def _over_time(found: Sequence[Run], since: datetime, span: timedelta) -> None:
    st.subheader("Questions by outcome")
    if not found:
        st.text(_NONE)
        return
    bars = pd.DataFrame(by_time(found, since, span))
    whole = alt.Scale(domain=[since, since + span])
    format_ = "%H:%M" if span <= _SPANS["Day"] else "%d.%m."
    colours = alt.Scale(domain=list(_OUTCOMES), range=list(_OUTCOMES.values()))
    chart = alt.Chart(bars, height=220, description="Questions by outcome over time").mark_bar()
    st.altair_chart(
        chart.encode(
            x=alt.X("time:T", title=None, scale=whole, axis=alt.Axis(format=format_)),
            y=alt.Y("questions:Q", title="questions"),
            color=alt.Color("outcome:N", title=None, scale=colours, legend=alt.Legend(orient="bottom")),
            tooltip=["time:T", "outcome:N", "questions:Q"],
        )
    )  # fmt: skip
    st.subheader("Models used")
    used = Counter(f"{run.model}: {run.writer}" if run.writer else run.model for run in found if not run.cached)
    _counts(used, "Model and writer", _NONE)


def _reasons(declines: Mapping[str, int], ended: Mapping[str, int]) -> None:
    st.subheader("Declined, by reason")
    _counts(declines, "Reason", "No question was declined in this time.")
    st.subheader("Programs that the sandbox ended")
    _counts(ended, "How", _NONE)


def _process(watch: Watch) -> None:
    """Show what only this process knows: it counts from its start, and another one (`crm serve`) counts for itself."""
    st.subheader("This process")
    looks = watch.value("crm_cache_lookups_total")
    with st.container(horizontal=True, gap="medium"):
        st.metric("Waiting", f"{watch.value('crm_queue_depth'):.0f}", width="content")
        st.metric("Told to come back", f"{watch.value('crm_refusals_total', kind='busy'):.0f}", width="content")
        hits = watch.value("crm_cache_lookups_total", result="hit")
        st.metric("Cache hits", _share(hits, looks), width="content")
        st.metric("Memory", f"{watch.value('process_resident_memory_bytes') / 1e6:,.0f} MB", width="content")
    nodes = {
        node: (watch.value("crm_node_seconds_sum", node=node), watch.value("crm_node_seconds_count", node=node))
        for node in ("retrieve", "generate", "execute", "reflect", "respond")
    }
    means = {node: total / times for node, (total, times) in nodes.items() if times}
    rows = [{"Node": node, "Seconds on average": f"{mean:.3f}"} for node, mean in means.items()]
    _texts("", rows, "This process has answered nothing since it was started.")


def _last(overview: Overview) -> None:
    rows = [
        {"When": _when(asked.at), "Who": asked.person, "Question": _short(asked.question), "Outcome": asked.outcome,
         "Answer": _short(asked.answer)}
        for asked in overview.last()
    ]  # fmt: skip
    _texts("Last conversations", rows, "Nobody has asked anything yet.")


def _texts(title: str, rows: Sequence[Mapping[str, str]], otherwise: str) -> None:
    if title:
        st.subheader(title)
    if rows:
        sheet(rows, title or "Seconds by node")
    else:
        st.text(otherwise)


def _counts(counts: Mapping[str, int], name: str, otherwise: str) -> None:
    rows = [{name: what, "Times": f"{times:,}"} for what, times in counts.items()]
    if rows:
        sheet(rows, name)
    else:
        st.text(otherwise)


# ---------------------------------------------------------------------------------------------------- the arithmetic


def quantile(values: Sequence[float], share: float) -> float:
    """Return the value that so many of the values are not above, 0 for none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def by_time(found: Sequence[Run], since: datetime, span: timedelta) -> list[dict[str, object]]:
    """Return how many questions ended how in each part of the time."""
    width = span / _BARS
    counts = Counter((int((run.created - since) / width), run.outcome) for run in found)
    return [
        {"time": since + place * width, "outcome": outcome, "questions": count}
        for (place, outcome), count in sorted(counts.items())
    ]


def _share(part: float, whole: float) -> str:
    return f"{part / whole:.0%}" if whole else "–"


def _when(moment: str) -> str:
    return moment.replace("T", " ")[:16]


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]} …"
