"""How pictures name the source of their prices."""

from __future__ import annotations

SOURCE_NAMES = {"yahoo": "Yahoo Finance", "sample": "Constructed sample, not market prices"}


def source_name(key: str) -> str:
    """Where prices come from, as a picture prints it."""
    return SOURCE_NAMES.get(key, key)
