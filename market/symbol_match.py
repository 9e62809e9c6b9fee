"""A symbol that a search found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SymbolMatch:
    """A symbol that a search found, with the name of its company."""

    symbol: str
    name: str
