"""The figures of the recommender as a page with plots: errors by model and volume, calibration, next purchase."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from training.recommender.models import named

PAGE, PLOTS = "report.md", ("errors", "volume", "calibration", "next_purchase")
Figures = Mapping[str, Any]


def write(found: Figures, data: str, directory: Path) -> Path:
    """Write the page and its plots; return the page."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, draw in zip(PLOTS, (_errors, _volume, _calibration, _next), strict=True):
        _drawn(draw, found, directory / f"{name}.svg")
    parts = [f"# Recommender on {data}", _split(found),
             "![errors](errors.svg)", _table(found["rmse"], "RMSE"),
             "![errors by volume](volume.svg)", "![calibration](calibration.svg)",
             "![next purchase](next_purchase.svg)",
             *(_table(found[name], name.replace("_", " ")) for name in ("recall_at_10", "ndcg_at_10")),
             f"Coverage of products: {_pairs(found['coverage'])}."]  # fmt: skip
    (directory / PAGE).write_text("\n\n".join(parts) + "\n", "utf-8")
    return directory / PAGE


def _drawn(draw: Any, found: Figures, file: Path) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 3.6), layout="constrained")
    draw(found, figure.subplots())
    figure.savefig(file, metadata={"Date": None})


def _errors(found: Figures, axes: Any) -> None:
    rows = sorted(found["rmse"].items(), key=lambda row: -row[1]["mean"])
    axes.barh([named(name) for name, _ in rows], [one["mean"] for _, one in rows], xerr=[one["sd"] for _, one in rows])
    axes.set_xlabel("RMSE on the newest fifth (line: standard deviation over seeds)")


def _volume(found: Figures, axes: Any) -> None:
    groups = found["rmse_by_volume"]
    for name in ("constant", "mean of the product", "lightgbm", "cf", "dnn", "dcn_full", "dcn_low_rank"):
        points = [(group, one[name]["mean"]) for group, one in groups.items() if name in one]
        if points:
            axes.plot([group for group, _ in points], [error for _, error in points], marker="o", label=named(name))
    axes.set(xlabel="sales of the product before", ylabel="RMSE")
    axes.legend(fontsize="small")


def _calibration(found: Figures, axes: Any) -> None:
    rows: Sequence[Mapping[str, float]] = found["calibration"]
    axes.plot([1, 5], [1, 5], color="grey", linewidth=0.8)
    axes.plot([row["predicted"] for row in rows], [row["true"] for row in rows], marker="o")
    axes.set(xlabel="predicted score", ylabel="true mean")


def _next(found: Figures, axes: Any) -> None:
    rows = list(found["recall_at_10"].items())
    means = [one["mean"] for _, one in rows]
    spread = [[max(0.0, one["mean"] - one["interval_95"][0]) for _, one in rows],
              [max(0.0, one["interval_95"][1] - one["mean"]) for _, one in rows]]  # fmt: skip
    axes.bar([named(name) for name, _ in rows], means, yerr=spread)
    axes.set_ylabel("recall at 10 (line: 95 % interval)")


def _table(rows: Figures, title: str) -> str:
    lines = [f"| model | {title} | sd over seeds | 95 % interval | n |", "|---|---|---|---|---|"]
    lines += [
        f"| {named(name)} | {one['mean']:.4f} | {one['sd']:.4f} | {_interval(one)} | {one['n']} |"
        for name, one in rows.items()
    ]
    return "\n".join(lines)


def _interval(one: Figures) -> str:
    low, high = one.get("interval_95", (None, None))
    return "" if low is None else f"{low:.4f} to {high:.4f}"


def _split(found: Figures) -> str:
    spans = {name: found["split"][name] for name in ("train", "validation", "test")}
    parts = (f"{name} {one['n']:,} ({one['from'][:10]} to {one['to'][:10]})" for name, one in spans.items())
    return f"Split by time: {', '.join(parts)}. {found['choice']} Its scores are calibrated on the validation part."


def _pairs(found: Mapping[str, float]) -> str:
    return ", ".join(f"{named(name)} {value:.0%}" for name, value in found.items())
