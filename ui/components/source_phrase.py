"""The name of a price source within a sentence."""

from __future__ import annotations

from market.sources import SOURCES


def source_phrase(key: str) -> str:
    """Return the name of the source `key` within a sentence."""
    return SOURCES[key].names.phrase
