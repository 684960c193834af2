"""The folder of a model that ships, checked before it is used.

`manifest.json` lists each file with its size and SHA-256, and the version of the prompt that the model was trained on:
`{"version": 1, "prompt_version": 1, "files": {"model.onnx": {"sha256": "…", "bytes": 36572}, …}}`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crm_copilot.errors import ModelUnavailable

MANIFEST = "manifest.json"
NEEDED = ("model.onnx", "genai_config.json", "tokenizer.json")
_VERSION = 1


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a folder should hold."""

    prompt_version: int
    files: Mapping[str, Mapping[str, Any]]

    @property
    def bytes(self) -> int:
        """How large all files are together."""
        return sum(int(entry["bytes"]) for entry in self.files.values())


def absent(folder: Path) -> bool:
    """Return whether no model was ever put there (a folder with half a model is a damaged one)."""
    return not any((folder / name).exists() for name in (MANIFEST, *NEEDED))


def check(folder: Path, prompt_version: int) -> Manifest:
    """Return the manifest of a whole model made for this prompt; raise ModelUnavailable naming what is wrong."""
    if absent(folder):
        raise ModelUnavailable(f"there is no model in {folder}; {repair(folder)}")
    manifest = _manifest(folder)
    if manifest.prompt_version != prompt_version:
        raise ModelUnavailable(
            f"the model in {folder} was made for version {manifest.prompt_version} of the prompt, this product writes"
            f" version {prompt_version}; {repair(folder)}"
        )
    for name, entry in manifest.files.items():
        _check_file(folder, name, entry)
    return manifest


def repair(folder: Path) -> str:
    """Return what whoever runs the product can do about a model that is damaged."""
    return (
        f"restore it with 'git checkout {folder}' ('crm train rollback' if it was promoted), make it anew with"
        " 'crm train export', or set CRM_MODEL=library to work without it"
    )


def _manifest(folder: Path) -> Manifest:
    file = folder / MANIFEST
    try:
        found = json.loads(file.read_bytes())
        if found["version"] != _VERSION:
            raise ValueError(f"its version is {found['version']!r}, expected {_VERSION}")
        manifest = Manifest(int(found["prompt_version"]), dict(found["files"]))
        if missing := [name for name in NEEDED if name not in manifest.files]:
            raise ValueError(f"it does not list {', '.join(missing)}")
        if any("/" in name or not {"sha256", "bytes"} <= set(entry) for name, entry in manifest.files.items()):
            raise ValueError("an entry of 'files' is no name with its sha256 and bytes")
    except FileNotFoundError as error:
        raise ModelUnavailable(f"{file} is missing; {repair(folder)}") from error
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise ModelUnavailable(f"{file} cannot be used ({error}); {repair(folder)}") from error
    return manifest


def _check_file(folder: Path, name: str, entry: Mapping[str, Any]) -> None:
    file = folder / name
    try:
        content = file.read_bytes()
    except OSError as error:
        problem = "is missing" if isinstance(error, FileNotFoundError) else f"cannot be read ({error.strerror})"
        raise ModelUnavailable(f"{file} {problem}; {repair(folder)}") from error
    if len(content) != entry["bytes"]:
        raise ModelUnavailable(f"{file} has {len(content)} bytes, expected {entry['bytes']}; {repair(folder)}")
    if hashlib.sha256(content).hexdigest() != entry["sha256"]:
        raise ModelUnavailable(f"{file} is not the file that was exported: its SHA-256 differs; {repair(folder)}")
