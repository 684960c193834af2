"""Equal questions share one run: those that were answered a while ago, and those under way.

Equal means: the same words, by people who may see the same, over the same data, model, confirmed examples and texts,
at the beginning of a conversation, where there is nothing to lean on. An answer is kept as text, so that nobody can
change it, and for a while only.
"""

from __future__ import annotations

import json
import threading
import unicodedata
from collections.abc import Mapping
from typing import Any

from cachetools import TTLCache

from crm_copilot.bootstrap import House
from crm_copilot.people import Scope

_MIB = 1 << 20
Key = tuple[Any, ...]
Answer = Mapping[str, Any]


class Cache:
    """Answers by their key, for `seconds` and up to so many MiB of text; 0 seconds keep none."""

    def __init__(self, seconds: float, mebibytes: int = 64) -> None:
        self._lock = threading.Lock()
        self._kept: TTLCache[Key, str] = TTLCache(mebibytes * _MIB, seconds, getsizeof=len)

    def get(self, key: Key) -> dict[str, Any] | None:
        """Return a copy of what was kept, with the parts of its message under "parts"; None when there is none."""
        with self._lock:
            found = self._kept.get(key)
        return json.loads(found) if found is not None else None

    def put(self, key: Key, answer: Answer, parts: Any) -> None:
        """Keep an answer; one that is larger than the cache is not kept."""
        text = json.dumps({"answer": answer, "parts": parts}, ensure_ascii=False)
        with self._lock:
            if len(text) <= self._kept.maxsize:
                self._kept[key] = text

    def drop(self, key: Key) -> None:
        """Keep an answer no longer."""
        with self._lock:
            self._kept.pop(key, None)


def key_of(house: House, scope: Scope, model: str, message: str) -> Key:
    """Return what must be the same for two messages to have the same answer."""
    words = " ".join(unicodedata.normalize("NFC", message).split())
    return (scope.key, house.dataset.info.fingerprint, model, words, *_stamp(house))


def _stamp(house: House) -> tuple[Any, ...]:
    """Return what changes when people confirm an answer, add texts or correct a rule."""
    home = house.settings.home_dir
    files = [*sorted(home.glob("knowledge/*/current")), home / "playbook" / "rules.json"]
    stamps = tuple((str(file), file.stat().st_mtime_ns) for file in files if file.exists())
    return (house.store.example_ids(), stamps)
