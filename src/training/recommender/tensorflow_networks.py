"""Trains the networks with TensorFlow Recommenders; the only room that needs TensorFlow.

TensorFlow Recommenders 0.7 is written for Keras 2, so TensorFlow is told to use tf_keras before it is imported.
Run in .venv-recommender (`make recommender-environment`).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from crm_copilot.errors import OperatorError
from training.recommender.encoding import Encoded, Encoder, Floats
from training.recommender.network import Network

KINDS = ("cf", "dnn", "dcn_full", "dcn_low_rank")
RANK, CROSSES, HIDDEN, EMBEDDING = 8, 2, (64, 32), 8


@dataclass(frozen=True)
class Lesson:
    """How long and how fast a network learns; `yes_or_no` makes it foretell a probability's log-odds."""

    epochs: int = 40
    batch: int = 256
    rate: float = 2e-3
    patience: int = 6
    decay: float = 1e-4
    yes_or_no: bool = False


def train(kind: str, encoder: Encoder, rows: Encoded, wanted: Floats, held: tuple[Encoded, Floats], seed: int,
          lesson: Lesson = Lesson()) -> Network:  # noqa: B008 - frozen  # fmt: skip
    """Return a network trained on rows until `held` rows are foretold no better."""
    tf, tfrs = _libraries()
    tf.keras.utils.set_random_seed(seed)
    model = _ranking(tf, tfrs, _body(tf, tfrs, kind, encoder, float(wanted.mean()), lesson), lesson)
    model.compile(optimizer=tf.keras.optimizers.Adam(lesson.rate))
    stop = tf.keras.callbacks.EarlyStopping("val_total_loss", patience=lesson.patience, restore_best_weights=True)
    slower = tf.keras.callbacks.ReduceLROnPlateau("val_total_loss", factor=0.4, patience=2)
    model.fit(
        _batches(tf, rows, wanted, lesson.batch, seed), validation_data=_batches(tf, *held, 4096, None),
        epochs=lesson.epochs, callbacks=[stop, slower], verbose=0,
    )  # fmt: skip
    return Network(kind, _arrays(model.body) | {"mean": np.array([wanted.mean()], np.float32)})


def _libraries() -> tuple[Any, Any]:
    os.environ["TF_USE_LEGACY_KERAS"] = "1"  # noqa: TID251 - TensorFlow reads it when it is imported
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # noqa: TID251 - likewise
    try:
        import tensorflow
        import tensorflow_recommenders
    except ModuleNotFoundError as error:
        raise OperatorError(f"{error.name} is not installed here; run 'make recommender-environment'") from error
    return tensorflow, tensorflow_recommenders


def _body(tf: Any, tfrs: Any, kind: str, encoder: Encoder, mean: float, lesson: Lesson) -> Any:
    ids = tf.keras.Input((len(encoder.sizes),), dtype=tf.int32)
    numbers = tf.keras.Input((encoder.width,), dtype=tf.float32)
    if kind == "cf":
        return tf.keras.Model([ids, numbers], _met(tf, ids, encoder.sizes, mean))
    kept = tf.keras.regularizers.L2(lesson.decay)
    tables = [_embedding(tf, size, min(EMBEDDING, 2 + size // 4), kept, n) for n, size in enumerate(encoder.sizes)]
    x0 = x = tf.concat([table(ids[:, n]) for n, table in enumerate(tables)] + [numbers], axis=1)
    rank = RANK if kind == "dcn_low_rank" else None
    for n in range(CROSSES if kind.startswith("dcn") else 0):
        x = tfrs.layers.dcn.Cross(projection_dim=rank, kernel_regularizer=kept, name=f"cross_{n}")(x0, x)
    for n, width in enumerate(HIDDEN):
        x = tf.keras.layers.Dense(width, activation="relu", kernel_regularizer=kept, name=f"dense_{n}")(x)
    bias = tf.keras.initializers.Constant(0.0 if lesson.yes_or_no else mean)
    out = tf.keras.layers.Dense(1, bias_initializer=bias, name=f"dense_{len(HIDDEN)}")(x)
    return tf.keras.Model([ids, numbers], out)


def _met(tf: Any, ids: Any, sizes: Sequence[int], mean: float) -> Any:
    kept = tf.keras.regularizers.L2(1e-5)
    customer, product = (_embedding(tf, sizes[n], EMBEDDING, kept, n)(ids[:, n]) for n in (0, 1))
    biases = [_embedding(tf, sizes[n], 1, kept, n + 2)(ids[:, n]) for n in (0, 1)]
    return tf.reduce_sum(customer * product, 1, keepdims=True) + biases[0] + biases[1] + mean


def _embedding(tf: Any, size: int, width: int, kept: Any, n: int) -> Any:
    return tf.keras.layers.Embedding(size, width, embeddings_regularizer=kept, name=f"embedding_{n}")


def _ranking(tf: Any, tfrs: Any, body: Any, lesson: Lesson) -> Any:
    class Ranking(tfrs.Model):  # type: ignore[misc]
        """The network with the task of foretelling a score, or whether something is bought."""

        def __init__(self) -> None:
            super().__init__()
            loss = tf.keras.losses.BinaryCrossentropy(from_logits=True) if lesson.yes_or_no else None
            self.body = body
            self.task = tfrs.tasks.Ranking(loss=loss or tf.keras.losses.MeanSquaredError())

        def compute_loss(self, inputs: Any, training: bool = False) -> Any:
            rows, wanted = inputs
            return self.task(labels=wanted, predictions=self.body(rows, training=training))

    return Ranking()


def _batches(tf: Any, rows: Encoded, wanted: Floats, size: int, seed: int | None) -> Any:
    data = tf.data.Dataset.from_tensor_slices(((rows.ids, rows.numbers), wanted.reshape(-1, 1).astype(np.float32)))
    return (data if seed is None else data.shuffle(len(wanted), seed=seed)).batch(size)


def _arrays(body: Any) -> dict[str, NDArray[np.float32]]:
    """Return the weights by the names that `Network` knows."""
    found: dict[str, NDArray[np.float32]] = {}
    for layer in body.layers:
        role, _, n = layer.name.rpartition("_")
        weights = [np.asarray(weight, np.float32) for weight in layer.get_weights()]
        if role == "embedding":
            found[layer.name] = weights[0]
        elif role == "dense":
            found[layer.name], found[f"dense_bias_{n}"] = weights
        elif role == "cross":
            *kernels, bias = weights
            found |= dict(zip((f"cross_u_{n}", f"cross_v_{n}"), kernels, strict=False)) | {f"cross_bias_{n}": bias}
    return found
