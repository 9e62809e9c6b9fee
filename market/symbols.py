"""Ticker symbols: checked before they travel, and safe as names of files."""

from __future__ import annotations

import re
from hashlib import blake2s

from market.errors import BadSymbol

LONGEST = 24  # Yahoo's longest are futures and options chains' roots; a sentence is longer
SHAPE = re.compile(r"\^?[A-Z0-9](?:[A-Z0-9]|[.\-=&](?=[A-Z0-9]))*(?:=[FX])?")
SEPARATORS = re.compile(r"[\s,;]+")
RESERVED = {"CON", "PRN", "AUX", "NUL", *(f"{port}{digit}" for port in ("COM", "LPT") for digit in range(10))}


def parse_symbol(text: str) -> str:
    """The symbol as Yahoo Finance writes it: trimmed, upper case, a cashtag without its `$`.

    `^GSPC`, `BRK-B`, `0700.HK`, `BTC-USD`, `EURUSD=X` and `GC=F` are fine. Raises `BadSymbol`.
    """
    symbol = text.strip().upper().removeprefix("$")
    if len(symbol) > LONGEST or not symbol.isascii() or not SHAPE.fullmatch(symbol):
        raise BadSymbol(text)
    return symbol


def split_symbols(text: str) -> list[str]:
    """The words of a pasted list (commas, semicolons, white space), each once, in their order, not yet checked."""
    return list(dict.fromkeys(word.upper() for word in SEPARATORS.split(text) if word))


def file_stem(symbol: str) -> str:
    """A file name for any text: CIFR stays CIFR; one that had to be changed carries a hash, so that no two meet.

    Letters, digits, `-` and `.` inside are kept; names that Windows reserves are not used.
    """
    kept = re.sub(r"[^A-Z0-9.\-]+", "_", symbol.upper()).strip("._-")[:40]
    reserved = kept.split(".")[0] in RESERVED  # with any ending: COM1.L too
    if kept and kept == symbol and not reserved:
        return kept
    hashed = blake2s(symbol.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()
    return f"{(kept.replace('.', '_') if reserved else kept) or 'symbol'}_{hashed}"
