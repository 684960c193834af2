"""A classic-BPF interpreter: what the kernel would decide for one system call, without a kernel."""

from __future__ import annotations

import struct
from collections.abc import Sequence

LOAD, AND, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x54, 0x15, 0x35, 0x45, 0x06


def decide(program: bytes, number: int, audit: int, arguments: Sequence[int] = ()) -> int:
    """Return the filter's verdict for a call with these arguments."""
    padded = [*arguments, *[0] * (6 - len(arguments))]
    data = struct.pack("<IIQ6Q", number & 0xFFFFFFFF, audit, 0, *(value & (2**64 - 1) for value in padded))
    steps = list(struct.iter_unpack("<HBBI", program))
    value, at = 0, 0
    while True:
        code, yes, no, k = steps[at]
        at += 1
        if code == LOAD:
            (value,) = struct.unpack_from("<I", data, k)
        elif code == AND:
            value &= k
        elif code == RETURN:
            return k
        elif code in (EQUAL, AT_LEAST, ANY_BIT):
            holds = {EQUAL: value == k, AT_LEAST: value >= k, ANY_BIT: bool(value & k)}[code]
            at += yes if holds else no
        else:
            raise ValueError(f"unknown instruction {code:#x}")
