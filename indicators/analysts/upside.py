"""How far a target lies from a price."""

from __future__ import annotations


def upside_pct(target: float, price: float) -> float:
    """100 (target / price - 1): what a share bought at `price` gains in percent if `target` comes true."""
    return 100.0 * (target / price - 1.0)
