"""Names of the data sources as charts print them."""

from __future__ import annotations

SOURCE_NAMES = {"yahoo": "Yahoo Finance", "sample": "Demo data, not market prices"}


def source_name(key: str) -> str:
    """Return the printed name of the source `key`, or the key itself if it has none."""
    return SOURCE_NAMES.get(key, key)


def source_subject(key: str) -> str:
    """Return the name of the source as the start of a sentence: "Yahoo Finance", "The sample"."""
    return source_name(key) if key == "yahoo" else "The sample"


def is_demo(key: str) -> bool:
    """Return whether the prices of the source are not real."""
    return key == "sample"
