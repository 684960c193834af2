"""What the app orders of the zygote when it starts it; sent once, as JSON, before anything else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Layers:
    """The layers of confinement. All on, except in tests that show what each one is for."""

    clean_environment: bool = True
    close_descriptors: bool = True
    limits: bool = True
    privileges: bool = True
    landlock: bool = True
    seccomp: bool = True


@dataclass(frozen=True)
class Order:
    """The tables to load, the layers to apply, and the limits that hold inside a worker."""

    frames: Mapping[str, str]
    layers: Layers
    memory_bytes: int
    cpu_seconds: int
    may_open: bool
    caps: Mapping[str, int]

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Order:
        """Build the order from what `dataclasses.asdict` made of it."""
        return cls(**{**data, "layers": Layers(**data["layers"])})
