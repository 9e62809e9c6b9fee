"""How pages name the source of their prices within a sentence."""

from __future__ import annotations

from market.sources import SOURCES


def source_phrase(key: str) -> str:
    """Return where prices come from, within a sentence."""
    return SOURCES[key].names.phrase
