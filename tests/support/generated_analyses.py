"""Generated tickers of many kinds: rising, falling and flat, new, pennies, in pence, with and without targets."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np
import pandas as pd

from market import PriceHistory, PriceTarget

FIRMS = ("JP Morgan", "Needham", "BTIG", "HC Wainwright", "Macquarie", "Some New House")
RATINGS = ("Overweight", "Neutral", "Underweight", "Buy", "Hold", None)
CURRENCIES = ("USD", "USD", "USD", "EUR", "GBp", "JPY", "CHF", "")
NOISES = (0.0, 0.008, 0.02, 0.05)
LENGTHS = (1, 2, 3, 8, 15, 17, 24, 60, 130, 250, 320, 480)
STARTS = (0.004, 0.3, 7.0, 45.0, 45.0, 160.0, 3200.0)


def tickers(count: int, seed: int = 0) -> Iterator[tuple[PriceHistory, tuple[PriceTarget, ...]]]:
    """Yield `count` tickers and their targets, the same for the same seed."""
    for number in range(count):
        random = np.random.default_rng([seed, number])
        history = ticker(random)
        yield history, targets(random, history)


def ticker(random: np.random.Generator) -> PriceHistory:
    bars = bars_of(random, int(random.choice(LENGTHS)), float(random.choice(STARTS)))
    return PriceHistory(
        symbol=str(random.choice(["CIFR", "BRK-B", "VOD.L", "^GSPC", "BTC-USD"])),
        name="Made Up Inc.",
        currency=str(random.choice(CURRENCIES)),
        bars=bars,
        in_progress=bool(random.random() < 0.3),
    )


def bars_of(random: np.random.Generator, sessions: int, start: float) -> pd.DataFrame:
    """Return a walk of changing drift and noise, at times along a line or not moving at all, in price steps."""
    moves = random.normal(0.0, 1.0, sessions) * np.repeat(random.choice(NOISES, sessions // 40 + 1), 40)[:sessions]
    drift = np.cumsum(np.repeat(random.normal(0.0, 0.004, sessions // 60 + 1), 60)[:sessions])
    pulled = pd.Series(moves).ewm(alpha=random.choice([0.0001, 0.05, 0.2]), adjust=False).mean().to_numpy() * 20
    height = drift + (pulled if random.random() < 0.4 else np.cumsum(moves))
    close = start * np.exp(height)
    opened = np.concatenate(([start], close[:-1])) * np.exp(random.normal(0.0, 0.3, sessions) * np.abs(moves))
    width = np.exp(np.abs(random.normal(0.0, 0.4, (2, sessions)) * moves))
    end = pd.Timestamp("2025-11-24") - timedelta(days=int(random.integers(0, 9)))
    frame = pd.DataFrame(
        {
            "open": opened,
            "high": np.maximum(opened, close) * width[0],
            "low": np.minimum(opened, close) / width[1],
            "close": close,
        },
        index=pd.bdate_range(end=end, periods=sessions, name="date"),
    )
    step = 0.01 if start >= 1 else 1e-4 if start > 0.01 else 1e-6
    return (np.maximum(np.round(frame / step), 1.0) * step).round(6).assign(volume=_volume(sessions))


def _volume(sessions: int) -> np.ndarray:
    """Return volumes that now and then are more than twice as high as usual."""
    return np.round(np.random.default_rng(sessions).lognormal(7.0, 0.5, sessions))


def targets(random: np.random.Generator, history: PriceHistory) -> tuple[PriceTarget, ...]:
    last, price = history.bars.index[-1].date(), float(history.bars["close"].iloc[-1])
    return tuple(_target(random, history.symbol, last, price) for _ in range(int(random.choice([0, 0, 1, 1, 2, 6]))))


def _target(random: np.random.Generator, symbol: str, last: date, price: float) -> PriceTarget:
    def figure() -> float | None:
        value = price * float(np.exp(random.normal(0.1, 0.3)))
        return None if random.random() < 0.1 else float(f"{value:.2g}")

    target = figure()
    return PriceTarget(
        symbol=symbol,
        firm=str(random.choice(FIRMS)),
        date=last - timedelta(days=int(random.choice([0, 0, 1, 4, 6, 7, 40, 200, 365, 366, 900]))),
        target=target,
        prior_target=target if random.random() < 0.3 else figure(),
        rating=(rating := RATINGS[random.integers(len(RATINGS))]),
        prior_rating=rating if random.random() < 0.5 else RATINGS[random.integers(len(RATINGS))],
        action=[None, None, "initiated"][random.integers(3)],
    )
