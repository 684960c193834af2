"""The houses by what their people may see: one for each scope, the whole one always, the others while they are used.

A house is lent for as long as somebody works in it, and closed once it is neither kept nor lent.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from crm_copilot.bootstrap import House
from crm_copilot.people import Scope

MOST = 6


@dataclass(eq=False)
class _Room:
    """A house with how many work in it; `kept` until another takes its place, `base` the one that it stands on."""

    house: House | None = None
    base: _Room | None = None
    lent: int = 0
    kept: bool = True
    closed: bool = False
    opening: threading.Lock = field(default_factory=threading.Lock)


class Houses:
    """Lends houses; at most `most` of people who see less than all stay open while nobody works in them."""

    def __init__(self, whole: House, most: int = MOST) -> None:
        self._most, self._lock = max(1, most), threading.Lock()
        self._whole, self._rooms = _Room(whole), OrderedDict[str, _Room]()

    @property
    def whole(self) -> House:
        """The house of those who see everything."""
        found = self._whole.house
        assert found is not None
        return found

    @contextmanager
    def lent(self, scope: Scope) -> Iterator[House]:
        """Give the house of a scope; it is not closed before this ends."""
        room, whole = self._enter(scope)
        try:
            yield self._opened(room, scope, whole)
        finally:
            self._leave(room)

    def of(self, scope: Scope) -> House:
        """Return the house of a scope, for a short look."""
        with self.lent(scope) as house:
            return house

    def renew(self, whole: House) -> None:
        """Put another house in place of all; the old ones are closed once nobody works in them."""
        with self._lock:
            old = [self._whole, *self._rooms.values()]
            self._whole, self._rooms = _Room(whole), OrderedDict()
        self._retire(old)

    def close(self) -> None:
        """Close every house that nobody works in, and the others when they are left."""
        with self._lock:
            old = [self._whole, *self._rooms.values()]
            self._rooms = OrderedDict()
        self._retire(old)

    def __len__(self) -> int:
        return 1 + len(self._rooms)

    def _enter(self, scope: Scope) -> tuple[_Room, House]:
        with self._lock:
            room = self._whole if scope.whole else self._room(scope.key)
            room.lent += 1
            whole, too_many = self.whole, list(self._rooms.items())[: -self._most]
            for key, _ in too_many:
                del self._rooms[key]
        self._retire([found for _, found in too_many])
        return room, whole

    def _room(self, key: str) -> _Room:
        """Return the room of a key; a new one keeps the whole house open for as long as it is."""
        room = self._rooms.get(key)
        if room is None:
            room = self._rooms[key] = _Room(base=self._whole)
            self._whole.lent += 1
        self._rooms.move_to_end(key)
        return room

    def _opened(self, room: _Room, scope: Scope, whole: House) -> House:
        with room.opening:
            if room.house is None:
                base = room.base.house if room.base is not None else None
                room.house = (base or whole).seen_by(scope)
            return room.house

    def _leave(self, room: _Room) -> None:
        with self._lock:
            room.lent -= 1
        self._close_if_done(room)

    def _retire(self, rooms: list[_Room]) -> None:
        for room in rooms:
            room.kept = False
            self._close_if_done(room)

    def _close_if_done(self, room: _Room) -> None:
        with self._lock:
            due = room.lent == 0 and not room.kept and not room.closed
            room.closed = room.closed or due
        if due and room.house is not None:
            room.house.close()
        if due and room.base is not None:
            self._leave(room.base)
