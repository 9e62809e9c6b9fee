"""How pictures credit the source of their prices."""

from __future__ import annotations

from market.sources import SOURCES


def source_name(key: str) -> str:
    """Return where prices come from, as a picture prints it; a key of no source is returned as it is."""
    return SOURCES[key].names.credit if key in SOURCES else key
