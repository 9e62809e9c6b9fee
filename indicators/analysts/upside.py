"""The upside of a target."""

from __future__ import annotations


def upside_pct(target: float, price: float) -> float:
    """Return 100 (target / price - 1): the gain in percent on a share bought at `price` if `target` is reached."""
    return 100.0 * (target / price - 1.0)
