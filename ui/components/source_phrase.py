"""How pages name the source of their prices within a sentence."""

from __future__ import annotations


def source_phrase(key: str) -> str:
    """Return where prices come from, within a sentence."""
    return "demo data" if key == "sample" else "Yahoo Finance"
