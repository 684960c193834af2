"""Secrets as they are stored: passwords as argon2, keys and tokens, which nobody can guess, as SHA-256."""

from __future__ import annotations

import hashlib
import secrets
import string
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argon2 import PasswordHasher

KEY_PREFIX = "crm_"
_KEY_LETTERS = 40  # 238 bits
_ALPHABET = string.ascii_letters + string.digits


def new_key() -> str:
    """Return a new key."""
    return KEY_PREFIX + "".join(secrets.choice(_ALPHABET) for _ in range(_KEY_LETTERS))


def hashed(key: str) -> str:
    """Return what is stored of a key or a token."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def password_hash(password: str) -> str:
    """Return what is stored of a password."""
    return _hasher().hash(password)


def password_fits(stored: str | None, password: str) -> bool:
    """Whether a password is the one that was stored; it takes the same time when none was."""
    from argon2.exceptions import Argon2Error, InvalidHashError

    try:
        return _hasher().verify(stored or _nobodys(), password) and stored is not None
    except (Argon2Error, InvalidHashError):
        return False


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher()


@cache
def _nobodys() -> str:
    return password_hash(secrets.token_hex())
