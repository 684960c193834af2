"""Encoders, networks run by numpy, and models as files; TensorFlow's own networks where its environment is there."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from crm_copilot.errors import OperatorError
from training.recommender import folder
from training.recommender.encoding import LEAST_SEEN, Encoded, Encoder
from training.recommender.models import Models
from training.recommender.network import Network

ROOT = Path(__file__).parents[3]
PYTHON = ROOT / ".venv-recommender" / "bin" / "python"
ROWS = pd.DataFrame(
    {"kind": ["toys"] * LEAST_SEEN + ["garden"] * LEAST_SEEN + ["rare"], "price": range(1, 2 * LEAST_SEEN + 2)}
)


def encoder() -> Encoder:
    return Encoder.fit(ROWS, ["kind"], ["price"], {"price": 4})


def test_rare_and_unknown_categories_are_one() -> None:
    ids = encoder().transform(pd.DataFrame({"kind": ["toys", "garden", "rare", "new"], "price": 1.0})).ids[:, 0]
    assert ids[2] == ids[3] == 0
    assert len({0, ids[0], ids[1]}) == 3


def test_missing_numbers_are_the_usual_one_and_far_ones_are_held() -> None:
    numbers = (
        encoder().transform(pd.DataFrame({"kind": "toys", "price": [np.nan, ROWS["price"].median(), 1e12]})).numbers
    )
    assert numbers[0, 0] == numbers[1, 0]
    assert numbers[2].tolist() == [4.0, 1.0, 1.0, 1.0, 1.0]


def test_an_encoder_is_kept_as_json_without_a_name_of_anybody() -> None:
    kept = json.dumps(encoder().to_json())
    assert "toys" not in kept
    again = Encoder.from_json(json.loads(kept))
    for one, other in zip(again.transform(ROWS), encoder().transform(ROWS), strict=True):
        np.testing.assert_array_equal(one, other)


def small() -> Network:
    arrays = {
        "embedding_0": [[1.0], [2.0]], "cross_u_0": [[1.0, 0.0], [0.0, 1.0]], "cross_bias_0": [0.0, 1.0],
        "dense_0": [[1.0], [1.0]], "dense_bias_0": [0.5],
    }  # fmt: skip
    return Network("dcn_full", {name: np.array(value, np.float32) for name, value in arrays.items()})


def test_a_cross_layer_is_as_the_paper_has_it() -> None:
    rows = Encoded(np.array([[1]], np.int32), np.array([[3.0]], np.float32))
    # x0 = (2, 3); x0 * (x0 W + b) + x0 = (2*2 + 2, 3*(3+1) + 3) = (6, 15)
    assert small().predict(rows).tolist() == [21.5]


def test_many_rows_are_foretold_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = Encoded(np.ones((10, 1), np.int32), np.arange(10, dtype=np.float32)[:, None])
    whole = small().predict(rows)
    monkeypatch.setattr("training.recommender.network.ROWS_AT_ONCE", 3)
    np.testing.assert_array_equal(small().predict(rows), whole)
    assert len(small().predict(rows.rows(slice(0)))) == 0


def models() -> Models:
    about = {"served": "dcn_full", "data": {"version": "x"}}
    return Models({"dcn_full": [small()]}, [small()], {"rating": encoder()}, ([1.0, 5.0], [1.5, 4.5]), about)


def test_models_are_the_same_from_files(tmp_path: Path) -> None:
    folder.save(models(), tmp_path)
    again = folder.load(tmp_path)
    rows = Encoded(np.array([[1]], np.int32), np.array([[3.0]], np.float32))
    assert again.ratings["dcn_full"][0].predict(rows) == small().predict(rows)
    assert again.calibration == models().calibration
    assert again.version.startswith("x/dcn_full/")
    assert folder.trained_on(tmp_path) == "x"


@pytest.mark.parametrize("name", [folder.MANIFEST, folder.WEIGHTS])
def test_damaged_models_are_refused_with_the_command_that_mends_them(tmp_path: Path, name: str) -> None:
    folder.save(models(), tmp_path)
    (tmp_path / name).write_bytes(b"{}")
    with pytest.raises(OperatorError, match="make recommender"):
        folder.load(tmp_path)


_PROGRAM = """
import numpy as np, pandas as pd
from training.recommender import tensorflow_networks as networks
from training.recommender.encoding import Encoder
chance = np.random.default_rng(0)
rows = pd.DataFrame({"a": chance.choice(list("xyz"), 200), "b": chance.choice(list("uv"), 200)})
rows["n"] = chance.random(200)
how = Encoder.fit(rows, ["a", "b"], ["n"], {"n": 3})
encoded, wanted = how.transform(rows), chance.random(200).astype("float32")
made = []
body = networks._body
networks._body = lambda *given: made.append(body(*given)) or made[-1]
for kind in networks.KINDS:
    network = networks.train(kind, how, encoded, wanted, (encoded, wanted), 0, networks.Lesson(epochs=1))
    theirs = made[-1].predict([encoded.ids, encoded.numbers], verbose=0)[:, 0]
    print(kind, float(np.abs(network.predict(encoded) - theirs).max()), sorted(network.arrays))
"""


@pytest.mark.skipif(not PYTHON.exists(), reason="needs TensorFlow: make recommender-environment")
def test_numpy_foretells_what_tensorflow_does() -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "TF_CPP_MIN_LOG_LEVEL": "3"}  # noqa: TID251
    done = subprocess.run([PYTHON, "-c", _PROGRAM], env=environment, capture_output=True, text=True, timeout=500)
    assert done.returncode == 0, done.stderr[-2000:]
    lines = [line.split(maxsplit=2) for line in done.stdout.splitlines()]
    assert [kind for kind, *_ in lines] == ["cf", "dnn", "dcn_full", "dcn_low_rank"]
    assert all(float(difference) < 1e-4 for _, difference, _ in lines)
    assert "cross_v_0" in lines[3][2]
    assert "cross_v_0" not in lines[2][2]
