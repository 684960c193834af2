"""All shapes in which plans are drawn, by how often."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace

from training.examples.draw import SINGLE, Draw, Shape
from training.examples.groups import GROUPS
from training.examples.values import Values

SHAPES: Mapping[str, tuple[float, Shape]] = {**SINGLE, **GROUPS}


def draw(rng: random.Random, values: Values) -> Draw:
    """Return one draw; that its plan can be computed is for the caller to see."""
    shape = rng.choices([*SHAPES], [weight for weight, _ in SHAPES.values()])[0]
    made = SHAPES[shape][1](rng, values)
    return replace(made, shape=shape)
