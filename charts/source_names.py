"""Names of the data sources as charts print them."""

from __future__ import annotations

SOURCE_NAMES = {"yahoo": "Yahoo Finance", "sample": "Constructed sample, not market prices"}


def source_name(key: str) -> str:
    """Return the printed name of the source `key`, or the key itself if it has none."""
    return SOURCE_NAMES.get(key, key)
