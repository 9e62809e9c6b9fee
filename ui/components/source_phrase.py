"""The name of a price source within a sentence."""

from __future__ import annotations


def source_phrase(key: str) -> str:
    """Return the name of the source `key` within a sentence."""
    return "demo data" if key == "sample" else "Yahoo Finance"
