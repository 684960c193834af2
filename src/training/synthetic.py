"""Draws a synthetic company's interactions with SDV, keeping how their columns depend on each other.

    python -m training.synthetic build/synthetic [ROWS]    real.parquet -> synthetic.parquet, quality.json

It runs in .venv-synthetic (`make synthetic-environment`) and imports nothing of the product: SDV needs pandas 2. The
metadata says what each column is, a constraint holds that an offer costs no less than one unit of it. A Gaussian copula
learns how the columns go together. It knows order alone, so numbers are given by their logarithm, and categories by
a place between 0 and 1, wide as they are frequent and in the order of what they cost: with places in no order their
dependence on anything else would be lost, and a model would learn nothing from them.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

CATEGORICAL = ("product_category", "customer_state", "month", "score")
ORDERED_BY = {"product_category": "offer_cost", "customer_state": "distance_km", "month": "product_sales"}
VERSION = {"METADATA_SPEC_VERSION": "V1"}  # of SDV's description of a table
TABLE, ROWS, SEED = "interactions", 20_000, 0
Steps = dict[str, list[tuple[Any, float, float]]]


def draw(directory: Path, rows: int = ROWS) -> dict[str, Any]:
    """Learn from the real interactions before the test part, draw new ones, and return SDV's quality of them."""
    import pandas as pd
    from sdv.cag import Inequality
    from sdv.evaluation import evaluate_quality, run_diagnostic
    from sdv.single_table import GaussianCopulaSynthesizer

    real = pd.read_parquet(directory / "real.parquet")
    real = real[real["part"] != "test"].drop(columns="part").dropna().reset_index(drop=True)
    steps = {name: _steps(real, name) for name in CATEGORICAL}
    model = GaussianCopulaSynthesizer(
        _metadata(real, ()), numerical_distributions=dict.fromkeys(CATEGORICAL, "uniform"), default_distribution="norm"
    )
    model.add_constraints([Inequality(low_column_name="product_price", high_column_name="offer_cost")])
    model.fit({TABLE: _placed(real, steps)})
    drawn = _named(model.sample(num_rows=rows)[TABLE], steps)[list(real)]
    drawn.to_parquet(directory / "synthetic.parquet", index=False)
    texts = dict.fromkeys(CATEGORICAL, str)
    real, drawn, described = real.astype(texts), drawn.astype(texts), _metadata(real, CATEGORICAL)
    quality = evaluate_quality(real, drawn, described, verbose=False)
    valid = run_diagnostic(real, drawn, described, verbose=False)
    return {"quality": quality.get_score(), "validity": valid.get_score(), "real": len(real), "drawn": len(drawn)}


def _metadata(rows: pd.DataFrame, categorical: tuple[str, ...]) -> Any:
    """Return what each column is, in SDV's own form."""
    from sdv.metadata import Metadata

    columns = {name: {"sdtype": "categorical" if name in categorical else "numerical"} for name in rows}
    return Metadata.load_from_dict({"tables": {TABLE: {"columns": columns}}, **VERSION})


def _steps(rows: pd.DataFrame, name: str) -> list[tuple[Any, float, float]]:
    """Return each value with its place: from and to, wide as it is frequent."""
    order = rows.groupby(name)[ORDERED_BY[name]].mean() if ORDERED_BY.get(name) in rows else None
    values = sorted(rows[name].unique()) if order is None else list(order.sort_values().index)
    shares, start, found = rows[name].value_counts(normalize=True), 0.0, []
    for value in values:
        found.append((value, start, start + float(shares[value])))
        start = found[-1][2]
    return found


def _placed(rows: pd.DataFrame, steps: Steps) -> pd.DataFrame:
    """Return the rows as the copula learns them: places for categories, logarithms for numbers."""
    import numpy as np

    chance, found = np.random.default_rng(SEED), type(rows)()
    for name in map(str, rows):
        if name in steps:
            low, high = ({value: row[side] for value, *row in steps[name]} for side in (0, 1))
            start, end = rows[name].map(low).astype(float), rows[name].map(high).astype(float)
            found[name] = start + (end - start) * chance.random(len(rows))
        else:
            found[name] = np.log1p(rows[name].astype(float))
    return found


def _named(rows: pd.DataFrame, steps: Steps) -> pd.DataFrame:
    """Return drawn rows as values again."""
    import numpy as np

    found = type(rows)()
    for name in map(str, rows):
        if name in steps:
            values, ends = [step[0] for step in steps[name]], [step[2] for step in steps[name]]
            places = np.searchsorted(ends[:-1], rows[name].to_numpy(), side="right")
            found[name] = [values[place] for place in places]
        else:
            found[name] = np.expm1(rows[name]).clip(lower=0.0)
    return found


def main() -> None:
    """Draw the company into the folder that is named."""
    if not 2 <= len(sys.argv) <= 3:
        raise SystemExit("give a folder with real.parquet: python -m training.synthetic build/synthetic [ROWS]")
    directory = Path(sys.argv[1])
    found = draw(directory, int(sys.argv[2]) if len(sys.argv) == 3 else ROWS)
    (directory / "quality.json").write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    sys.stderr.write(f"quality {found['quality']:.3f}, validity {found['validity']:.3f}\n")


if __name__ == "__main__":
    main()
