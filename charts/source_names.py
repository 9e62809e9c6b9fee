"""Names of the data sources as charts print them."""

from __future__ import annotations

from market.sources import SOURCES, is_demo, source_subject

__all__ = ["is_demo", "source_name", "source_subject"]


def source_name(key: str) -> str:
    """Return the printed name of the source `key`, or the key itself if it is of no source."""
    return SOURCES[key].names.credit if key in SOURCES else key
