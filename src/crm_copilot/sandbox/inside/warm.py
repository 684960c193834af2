"""Libraries imported and exercised once, in the zygote, so that no program waits for them.

Importing is not enough: pandas, matplotlib and scikit-learn load parts of themselves at first use. `core` is
what nearly every program needs; `STEPS` are done after it, one at a time, between the wishes of the app.
Where no file can be opened in a worker, only what is loaded here exists: there, all steps come first.
"""

# ruff: noqa: SIM905
from __future__ import annotations

import contextlib
import importlib
import io
import os
import sys
import warnings
from collections.abc import Callable, Iterator
from typing import Any

STANDARD = (
    "abc base64 bisect bz2 calendar cmath collections contextlib copy csv ctypes dataclasses datetime "
    "decimal difflib enum fractions functools hashlib heapq html inspect itertools json linecache locale "
    "lzma math numbers operator pprint random re secrets statistics string textwrap time timeit traceback "
    "types typing unicodedata uuid warnings zlib zoneinfo"
).split()
ZONES = (
    "UTC America/Sao_Paulo America/Manaus America/New_York America/Los_Angeles Europe/London Europe/Berlin Asia/Tokyo"
).split()

_kept: list[Any] = []


def core() -> None:
    """Load pandas, numpy and the standard library's usual parts, and use them once."""
    for name in STANDARD:
        importlib.import_module(name)
    import zoneinfo

    warnings.simplefilter("ignore")
    importlib.import_module("pandas")
    _kept.extend(zoneinfo.ZoneInfo(name) for name in ZONES)
    attempt(_exercise_pandas)


def seed() -> None:
    """Let every program draw the same random numbers, so that its answer can be repeated."""
    import random

    import numpy as np

    random.seed(0)
    np.random.seed(0)


def attempt(step: Callable[[], None]) -> None:
    """Do a step; what fails in it is told on standard error and left to the programs that need it."""
    try:
        step()
    except Exception as error:
        sys.stderr.write(f"sandbox: warming failed in {step.__name__}: {error!r}\n")


def sample(rows: int = 30) -> Any:
    """Return a small frame with a text, a time and two numbers."""
    import numpy as np
    import pandas as pd

    days = pd.date_range("2018-01-01", periods=rows, freq="5D")
    values = np.linspace(1.0, 9.0, rows)
    return pd.DataFrame({"k": ["a", "b", "c"] * (rows // 3), "t": days, "x": values, "y": values[::-1] ** 2})


def _exercise_pandas() -> None:
    import pandas as pd

    data = sample()
    total = data.groupby("k").agg(total=("x", "sum"), best=("y", "max")).reset_index()
    data.merge(total, on="k", how="left").sort_values(["k", "total"], ascending=False).head(3).to_string()
    data.pivot_table(index="k", columns=data["t"].dt.to_period("M"), values="x", aggfunc="sum", fill_value=0)
    data.groupby(["k", data["t"].dt.strftime("%Y-%m")])["x"].nunique().unstack(fill_value=0).stack()
    data.resample("ME", on="t")["x"].sum().pct_change().rolling(2).mean()
    data.query("k == 'a' and x > 2").eval("z = x * y").assign(w=lambda d: d["z"].rank(pct=True))
    data["t"].dt.tz_localize("UTC").dt.tz_convert("America/Sao_Paulo").dt.day_name()
    data["k"].str.upper().str.contains("A").map({True: 1}).fillna(0).astype(int)
    data["k"].str.extract("(a)"), data["k"].str.split("x", expand=True), data["k"].astype("category")
    pd.cut(data["x"], 3).value_counts(), pd.qcut(data["x"], 2), pd.crosstab(data["k"], data["x"] > 2)
    pd.get_dummies(data["k"]), data.melt(id_vars="k"), data.describe(), data.corr(numeric_only=True)
    pd.concat([data, data]).drop_duplicates().to_dict("records"), data["x"].quantile([0.1, 0.9])
    data.groupby("k")["x"].transform("mean"), data.groupby("k").apply(lambda d: d["x"].sum())
    pd.to_datetime(pd.Series(["2018-01-02"])), pd.to_numeric(pd.Series(["1"])), data["x"].ewm(span=2).mean()
    data.set_index("t").loc["2018-01":"2018-02"].nlargest(2, "x"), data["x"].round().astype("Int64").mode()


def _matplotlib() -> None:
    with _bundled_fonts_alone():
        importlib.import_module("matplotlib.font_manager")
    for name in "dates ticker pyplot".split():
        importlib.import_module(f"matplotlib.{name}")
    sys.modules["matplotlib"].rcParams.update({"figure.max_open_warning": 0})


def _charts() -> None:
    import matplotlib.pyplot as plt

    data = sample()
    figure, grid = plt.subplots(3, 3, figsize=(3, 3))
    for axes, kind in zip(grid.flat, ("line", "bar", "barh", "hist", "box", "area"), strict=False):
        data[["x"]].head(6).plot(kind=kind, ax=axes, title="é", legend=True)
    data["x"].head(3).plot(kind="pie", ax=grid.flat[6], autopct="%.0f")
    data.plot.scatter("x", "y", ax=grid.flat[7])
    data.set_index("t")["x"].plot(ax=grid.flat[8], rot=45)
    grid.flat[8].annotate("a", (1, 1))
    figure.tight_layout()
    figure.savefig(io.BytesIO(), format="png", dpi=30, bbox_inches="tight")
    plt.close("all")


def _scipy() -> None:
    for name in "cluster.hierarchy interpolate optimize signal sparse stats".split():
        importlib.import_module(f"scipy.{name}")
    from scipy import optimize, stats

    data = sample()
    stats.ttest_ind(data["x"], data["y"]), stats.linregress(data["x"], data["y"])
    stats.chi2_contingency([[3, 4], [5, 6]]), optimize.minimize(lambda x: (x**2).sum(), [1.0])


def _sklearn() -> None:
    for name in (
        "cluster compose decomposition ensemble feature_extraction.text impute linear_model metrics "
        "model_selection naive_bayes neighbors pipeline preprocessing svm tree"
    ).split():
        importlib.import_module(f"sklearn.{name}")


def _learning() -> None:
    from sklearn.cluster import KMeans
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.linear_model import LinearRegression, LogisticRegression
    from sklearn.model_selection import cross_val_score
    from sklearn.preprocessing import StandardScaler

    data = sample()
    scaled = StandardScaler().fit_transform(data[["x", "y"]])
    KMeans(2, n_init=1, random_state=0).fit(data[["x", "y"]]).predict(data[["x", "y"]])
    LinearRegression().fit(data[["x"]], data["y"]).predict(data[["x"]])
    LogisticRegression().fit(scaled, data["k"])
    cross_val_score(RandomForestClassifier(2, n_jobs=-1), scaled, data["k"], cv=2)


def _statsmodels() -> None:
    import statsmodels.api as sm
    import statsmodels.formula.api as smf

    data = sample()
    model = smf.ols("y ~ x + C(k)", data).fit()
    model.summary().as_text(), sm.tsa.acf(data["x"])


STEPS: tuple[Callable[[], None], ...] = (_matplotlib, _charts, _scipy, _sklearn, _learning, _statsmodels)


def fonts() -> None:
    """Open the usual font again: matplotlib forgets it at each fork, and later no file may be opened."""
    from matplotlib.backends.backend_agg import RendererAgg
    from matplotlib.font_manager import FontProperties

    renderer: Any = RendererAgg(8, 8, 100)  # type: ignore[no-untyped-call]
    for weight in ("normal", "bold"):
        renderer.get_text_width_height_descent("a", FontProperties(weight=weight), False)


@contextlib.contextmanager
def _bundled_fonts_alone() -> Iterator[None]:
    """Let matplotlib find its own fonts alone: the system's take seconds, and a worker may not read them."""
    walk = os.walk
    os.walk = lambda top, *rest: walk(top, *rest) if "mpl-data" in str(top) else iter(())
    try:
        yield
    finally:
        os.walk = walk
