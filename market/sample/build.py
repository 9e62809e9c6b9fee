"""Constructs the sample's bars: `python -m market.sample.build` writes `market/sample/data/*.csv`, always the same.

No market data goes in. A seeded random walk with clustered volatility, partly common to all symbols, is moved by the
smallest change of its daily returns (each weighed by its variance) after which it passes the scenario's turns and shows
the published figures: the walk one would most likely have drawn, given the figures. Around it gaps, wicks and volumes
are drawn.

The random numbers are those of numpy's RandomState, whose streams are frozen, unlike those of its newer generators.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.lib.stride_tricks import sliding_window_view
from numpy.random import RandomState
from numpy.typing import NDArray

from market.sample.nyse_days import sessions
from market.sample.sample import DATA, SYMBOLS
from market.sample.scenarios import SCENARIOS, Figures, Scenario

Floats = NDArray[np.float64]

FIRST, LAST = "2020-07-01", "2025-11-24"  # after five years nothing is left of the seed of the slowest EMA
SPANS = (20, 50, 100, 200)
BAND = 20
SECTOR_SEED = 2025
FREEDOM = 5  # of Student's t: tails as fat as those of single stocks
MEMORY, NEWS = 0.95, 0.11  # of the logarithm of volatility, a day: calm and wild months, not days
GAP_SHARE, GAP_NOISE = 0.3, 0.3  # of the day's move, of its volatility: what happens overnight
ABOVE_FLOOR = 1.02  # where the closes turn upwards again
TURN_BARS = 3  # on either side: what turns the price for half a week
BUSY, STIR = 0.8, 0.2  # volume's memory, and its news a day
WILD = 4.0  # usual moves in a day: beyond it volume grows no further
ROUNDS = 60  # far more than a scenario that can be met needs
EXACT = 1e-10  # as a share of the price: the cents decide, not this
CENT = 0.01


def construct(symbol: str) -> pd.DataFrame:
    """The bars of one of the sample's symbols: index `date`, columns `open high low close volume`, prices in cents."""
    scenario, days = SCENARIOS[symbol], sessions(FIRST, LAST)
    random = RandomState(scenario.seed)
    volatility = scenario.volatility * _clustered(random, days.size)
    returns = volatility * _shocks(random, days.size, scenario.sector)
    close = _in_cents(_conditioned(returns, volatility, scenario, days), scenario.figures)
    candles = _candles(random, close, volatility, scenario, days)
    volume = _volume(random, close, volatility, scenario.shares)
    return pd.DataFrame({**candles, "close": close, "volume": volume}, index=days)


def write(folder: Path = DATA) -> None:
    """Writes each symbol's bars as `SYMBOL.csv` into `folder`, under a line that says what they are."""
    folder.mkdir(parents=True, exist_ok=True)
    for symbol in SYMBOLS:
        table = construct(symbol).to_csv(date_format="%Y-%m-%d", float_format="%.2f", lineterminator="\n")
        text = f"# {symbol}: constructed by market.sample.build, not market prices\n{table}"
        (folder / f"{symbol}.csv").write_text(text, encoding="utf-8", newline="\n")


def _clustered(random: RandomState, count: int) -> Floats:
    """Volatility through time, usually 1: its logarithm forgets slowly, as that of markets does."""
    news = NEWS * random.standard_normal(count)
    logs = np.zeros(count)
    for day in range(1, count):
        logs[day] = MEMORY * logs[day - 1] + news[day]
    return np.exp(logs)


def _shocks(random: RandomState, count: int, sector: float) -> Floats:
    """Daily shocks of variance 1 with fat tails; those of two symbols are correlated by `sector` squared."""
    common = RandomState(SECTOR_SEED).standard_t(FREEDOM, count)
    own = random.standard_t(FREEDOM, count)
    return (sector * common + np.sqrt(1 - sector**2) * own) * np.sqrt((FREEDOM - 2) / FREEDOM)


def _conditioned(returns: Floats, volatility: Floats, scenario: Scenario, days: pd.DatetimeIndex) -> Floats:
    """Closes of the walk after the smallest change of its log returns that meets turns, figures and floor.

    Where the closes fall through the floor, the deepest of each fall is made a turn just above it, until none does.
    """
    turns = pd.Series(scenario.turns, dtype=float)
    turns.index = days.get_indexer(pd.DatetimeIndex(turns.index))
    floor = _floor(scenario.floor, days)
    for _ in range(ROUNDS):
        close = _nearest(returns, volatility, turns, scenario.figures)
        depth = np.maximum(floor - close, 0.0)
        depth[turns.index] = 0.0
        falls = np.split(np.arange(days.size), np.flatnonzero(np.diff(depth > 0)) + 1)
        deepest = [fall[depth[fall].argmax()] for fall in falls if depth[fall[0]] > 0]
        if not deepest:
            return close
        turns = pd.concat([turns, pd.Series(ABOVE_FLOOR * floor[deepest], index=deepest)])
    raise ArithmeticError("The closes keep falling through the scenario's floor.")


def _nearest(returns: Floats, volatility: Floats, turns: pd.Series, figures: Figures | None) -> Floats:
    """Of all walks that show `turns` (closes by position) and `figures` the closes of the one whose log returns differ
    least from `returns`, by the sum of (change / volatility)^2.

    By Newton's steps, since EMAs and deviation bend with the logarithm: first to the turns alone, then to all.
    """
    at, wanted = turns.index.to_numpy(), np.log(turns.to_numpy())
    logs = wanted[0] + np.cumsum(returns) - returns[0]
    variance = np.square(volatility)
    variance[0] = 0.0
    near = False
    for _ in range(ROUNDS):
        close = np.exp(logs)
        missing, slope = logs[at] - wanted, np.eye(logs.size)[at]
        if figures and near:
            missing = np.append(missing, np.clip(_misses(close, figures), -0.1, 0.1))
            slope = np.vstack([slope, _slopes(close, figures) * close])
        if np.abs(missing).max() < EXACT and (near or not figures):
            return close
        by_return = np.cumsum(slope[:, ::-1], axis=1)[:, ::-1]
        weight = np.linalg.lstsq(by_return * variance @ by_return.T, missing, rcond=None)[0]
        logs = logs - np.cumsum(variance * (weight @ by_return))
        near = True
    raise ArithmeticError("The scenario's turns and figures contradict each other.")


def _weights(count: int) -> Floats:
    """Rows that make the last EMAs, each seeded with the mean of its first closes, and the last mean out of closes."""
    rows = np.zeros((len(SPANS) + 1, count))
    for row, span in zip(rows, SPANS, strict=False):
        a = 2 / (span + 1)
        row[span:] = a * (1 - a) ** np.arange(count - span - 1, -1, -1)
        row[:span] = (1 - a) ** (count - span) / span
    rows[-1, -BAND:] = 1 / BAND
    return rows


def _misses(close: Floats, figures: Figures) -> Floats:
    """How far the closes' EMAs, mean and deviation lie from those published, as shares of them."""
    levels = _weights(close.size) @ close / figures.levels - 1
    return np.append(levels, close[-BAND:].std() / figures.deviation - 1)


def _slopes(close: Floats, figures: Figures) -> Floats:
    """Derivatives of `_misses` by each close."""
    last = close[-BAND:]
    deviation = np.zeros(close.size)
    deviation[-BAND:] = (last - last.mean()) / (BAND * last.std()) / figures.deviation
    return np.vstack([_weights(close.size) / figures.levels[:, None], deviation])


def _in_cents(close: Floats, figures: Figures | None) -> Floats:
    """The closes in cents, some of the last 60 (never the last two) a cent aside, so that the figures still hold."""
    rounded = np.round(close, 2)
    if figures is None:
        return rounded
    movable = np.arange(close.size - 60, close.size - 2)
    bars = np.concatenate([movable, movable])
    moves = np.repeat([CENT, -CENT], movable.size)
    miss = _misses(rounded, figures)
    while True:
        costs = np.square(miss[:, None] + _slopes(rounded, figures)[:, bars] * moves).sum(axis=0)
        best = int(costs.argmin())
        if costs[best] >= np.square(miss).sum() * (1 - 1e-6):
            return rounded
        rounded[bars[best]] = np.round(rounded[bars[best]] + moves[best], 2)
        miss = _misses(rounded, figures)


def _candles(
    random: RandomState, close: Floats, volatility: Floats, scenario: Scenario, days: pd.DatetimeIndex
) -> dict[str, Floats]:
    """Opens, highs and lows in cents: a random walk's from open to close, then as the scenario has them."""
    opened, high, low = _walked(random, close, volatility, scenario.inside)
    top, bottom = np.maximum(opened, close), np.minimum(opened, close)
    low = np.maximum(low, np.minimum(bottom, np.round(_floor(scenario.floor, days), 2)))
    for extreme, stated in ((high, scenario.highs), (low, scenario.lows)):
        extreme[days.get_indexer(pd.DatetimeIndex(stated))] = list(stated.values())
    for below, above in scenario.voids:
        low = _turned(random, low, bottom, below, above)
        high = -_turned(random, -high, -top, -above, -below)
    return {"open": opened, "high": high, "low": low}


def _walked(random: RandomState, close: Floats, volatility: Floats, inside: float) -> tuple[Floats, Floats, Floats]:
    """Opens after a gap, and the extremes of a random walk from there to the close.

    The greatest of a walk from 0 to x with variance v is (x + sqrt(x^2 - 2 v log u)) / 2 for u uniform in (0, 1]; the
    least mirrors it.
    """
    logs = np.log(close)
    before = np.concatenate([logs[:1], logs[:-1]])
    opened = before + GAP_SHARE * (logs - before) + GAP_NOISE * volatility * random.standard_normal(close.size)
    moved = logs - opened
    up, down = -2 * np.square(inside * volatility) * np.log(1 - random.random_sample((2, close.size)))
    high = np.round(np.exp(opened + (moved + np.sqrt(moved**2 + up)) / 2), 2)
    low = np.round(np.exp(opened + (moved - np.sqrt(moved**2 + down)) / 2), 2)
    in_cents = np.round(np.exp(opened), 2)
    return in_cents, np.maximum(high, np.maximum(in_cents, close)), np.minimum(low, np.minimum(in_cents, close))


def _floor(floor: Mapping[str, float], days: pd.DatetimeIndex) -> Floats:
    """The straight line through two days' prices; zero before the first of them, or without any."""
    if not floor:
        return np.zeros(days.size)
    (start, end), (first, last) = days.get_indexer(pd.DatetimeIndex(floor)), floor.values()
    since = np.arange(days.size) - start
    return np.where(since >= 0, first + (last - first) / (end - start) * since, 0.0)


def _turned(random: RandomState, low: Floats, body: Floats, below: float, above: float) -> Floats:
    """The lows, those that turn the price between `below` and `above` moved out of there by the length of their wicks.

    The nearer edge is taken, the upper one only where the `body` leaves room; a few cents aside, for markets do not
    turn at the same cent. One bar moved can make its neighbour a turn, hence the passes.
    """
    low = low.copy()
    for _ in range(5):
        padded = np.pad(low, TURN_BARS, constant_values=np.inf)
        turns = low == sliding_window_view(padded, 2 * TURN_BARS + 1).min(axis=1)
        for bar in np.flatnonzero(turns & (low > below) & (low < above)):
            aside = CENT * random.randint(9)
            up = above + aside
            low[bar] = up if up <= body[bar] and up - low[bar] < low[bar] - below else below - aside
    return np.round(low, 2)


def _volume(random: RandomState, close: Floats, volatility: Floats, shares: tuple[float, float]) -> NDArray[np.int64]:
    """Shares traded, in hundreds: more from year to year, more on days that move, and busy days in a row."""
    usual = np.log(1e6) + np.linspace(np.log(shares[0]), np.log(shares[1]), close.size)
    moved = np.abs(np.diff(np.log(close), prepend=np.log(close[0]))) / volatility
    busy = STIR * random.standard_normal(close.size)
    for day in range(1, close.size):
        busy[day] += BUSY * busy[day - 1]
    busy += STIR * random.standard_normal(close.size) + 0.35 * (np.minimum(moved, WILD) - 0.8)
    return np.round(np.exp(usual + busy) / 100).astype(np.int64) * 100


if __name__ == "__main__":
    write(*map(Path, sys.argv[1:]))
