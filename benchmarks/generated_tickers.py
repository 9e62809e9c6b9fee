"""Made-up tickers, as many as asked for: bars of a walk and a dozen firms' targets."""

from __future__ import annotations

from datetime import date, timedelta

from market import PriceHistory, PriceTarget
from tests.support.generated_bars import walk

FIVE_YEARS = 1_260
FIRMS = 12


def symbol(number: int) -> str:
    return f"T{number:05d}"


def history(number: int, sessions: int = FIVE_YEARS) -> PriceHistory:
    return PriceHistory(symbol(number), f"Made up {number}", "USD", walk(sessions, seed=number))


def targets(history: PriceHistory) -> tuple[PriceTarget, ...]:
    price, day = float(history.bars["close"].iloc[-1]), history.bars.index[-1].date()
    return tuple(_target(history.symbol, firm, price, day) for firm in range(FIRMS))


def _target(symbol: str, firm: int, price: float, day: date) -> PriceTarget:
    target, prior = round(price * (0.8 + 0.05 * firm), 2), round(price * (0.75 + 0.05 * firm), 2)
    return PriceTarget(symbol, f"Firm {firm}", day - timedelta(days=7 * firm), target, prior, "Buy", "Hold")
