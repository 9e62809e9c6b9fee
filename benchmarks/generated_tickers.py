"""Generated tickers, any number of them: the bars of a random walk and the targets of a dozen firms."""

from __future__ import annotations

from datetime import date, timedelta

from market import PriceHistory, PriceTarget
from tests.support.generated_bars import walk

FIVE_YEARS = 1_260  # daily bars
FIRMS = 12


def generated_symbol(number: int) -> str:
    """Return the symbol of the generated ticker of that number."""
    return f"T{number:05d}"


def generate_history(number: int, sessions: int = FIVE_YEARS) -> PriceHistory:
    """Return the bars of a ticker, always the same for the same number."""
    return PriceHistory(generated_symbol(number), f"Generated {number}", "USD", walk(sessions, seed=number))


def generate_targets(history: PriceHistory) -> tuple[PriceTarget, ...]:
    """Return one target of each firm, a week apart, from 20% below the last close to 35% above."""
    price, day = float(history.bars["close"].iloc[-1]), history.bars.index[-1].date()
    return tuple(_target(history.symbol, firm, price, day) for firm in range(FIRMS))


def _target(symbol: str, firm: int, price: float, day: date) -> PriceTarget:
    target, prior = round(price * (0.8 + 0.05 * firm), 2), round(price * (0.75 + 0.05 * firm), 2)
    return PriceTarget(symbol, f"Firm {firm}", day - timedelta(days=7 * firm), target, prior, "Buy", "Hold")
