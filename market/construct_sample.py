"""Constructs the sample's bars: `python -m market.construct_sample` writes `market/sample_data/*.csv`, always the same.

No market data goes in. A seeded random walk with clustered volatility, partly common to the five miners, is moved by
the smallest change of its daily returns (each weighed by its variance) after which it passes the scenario's turning
points and shows the published figures: the random walk one would have drawn, given the figures. Candles, wicks and
volumes are drawn around it.

The random numbers are those of numpy's RandomState, whose streams are frozen, unlike those of its newer generators.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.tseries.holiday import (
    AbstractHolidayCalendar,
    GoodFriday,
    Holiday,
    USLaborDay,
    USMartinLutherKingJr,
    USMemorialDay,
    USPresidentsDay,
    USThanksgivingDay,
    nearest_workday,
    sunday_to_monday,
)

from market.sample import DATA, SYMBOLS

Floats = NDArray[np.float64]

FIRST, LAST = "2020-07-01", "2025-11-24"
SPANS = (20, 50, 100, 200)
BAND = 20
CENT = 0.01
ROUNDS = 60  # far more than a scenario that can be met needs
EXACT = 1e-10  # as a share of the price: the cents decide, not this


class NewYorkHolidays(AbstractHolidayCalendar):
    """The New York Stock Exchange's holidays from 2020 to 2025; a New Year's Day on a Saturday moves nothing."""

    rules = [  # noqa: RUF012 - the way pandas declares them
        Holiday("New Year's Day", month=1, day=1, observance=sunday_to_monday),
        USMartinLutherKingJr,
        USPresidentsDay,
        GoodFriday,
        USMemorialDay,
        Holiday("Juneteenth", month=6, day=19, start_date="2022-01-01", observance=nearest_workday),
        Holiday("Independence Day", month=7, day=4, observance=nearest_workday),
        USLaborDay,
        USThanksgivingDay,
        Holiday("Christmas Day", month=12, day=25, observance=nearest_workday),
        Holiday("Mourning for President Carter", year=2025, month=1, day=9),
    ]


def sessions() -> pd.DatetimeIndex:
    """The sample's session days, oldest first."""
    closed = NewYorkHolidays().holidays(FIRST, LAST)
    return pd.bdate_range(FIRST, LAST).difference(closed).rename("date")


@dataclass(frozen=True)
class Figures:
    """What was published of the last day: EMAs by `SPANS`, and both Bollinger Bands (20, 2, population)."""

    emas: tuple[float, float, float, float]
    lower: float
    upper: float

    @property
    def levels(self) -> Floats:
        """The figures linear in the closes: the EMAs, and the mean that lies between the bands."""
        return np.array([*self.emas, (self.lower + self.upper) / 2])

    @property
    def deviation(self) -> float:
        return (self.upper - self.lower) / 4


@dataclass(frozen=True)
class Scenario:
    """One symbol's story.

    `turns`: closes that the path passes, by day. `figures`: what its last day shows, None where nothing was published.
    `lows`, `highs`: extremes of single bars. `volatility`: of a usual day. `shares`: millions traded on a usual day,
    at the beginning and at the end.
    """

    seed: int
    turns: Mapping[str, float]
    shares: tuple[float, float]
    figures: Figures | None = None
    floor: Mapping[str, float] = field(default_factory=dict)
    voids: tuple[tuple[float, float], ...] = ()
    lows: Mapping[str, float] = field(default_factory=dict)
    highs: Mapping[str, float] = field(default_factory=dict)
    volatility: float = 0.05
    inside: float = 0.8
    sector: float = 0.7


SCENARIOS: dict[str, Scenario] = {
    "CIFR": Scenario(
        seed=124,
        figures=Figures((16.912, 15.887, 12.957, 9.775), 11.747, 24.620),
        turns={
            "2020-07-01": 3.60, "2021-03-10": 7.80, "2021-07-19": 4.10, "2021-11-09": 8.60, "2022-06-16": 1.90,
            "2022-12-28": 0.92, "2023-07-13": 4.10, "2023-10-12": 2.60, "2024-02-28": 5.20, "2024-05-01": 3.40,
            "2024-07-22": 6.10, "2024-09-06": 3.05, "2024-12-09": 6.60, "2025-04-08": 2.35, "2025-06-11": 4.10,
            "2025-08-07": 5.05, "2025-08-20": 6.70, "2025-09-05": 7.60, "2025-09-23": 11.80, "2025-10-09": 15.60,
            "2025-11-06": 24.60, "2025-11-14": 15.40, "2025-11-18": 16.90, "2025-11-20": 14.95, "2025-11-21": 14.14,
            "2025-11-24": 16.77,
        },
        floor={"2025-08-07": 4.90, "2025-11-24": 14.42},
        voids=((13.00, 14.00), (15.05, 16.05)),
        lows={"2025-08-07": 4.90, "2025-09-05": 7.43, "2025-10-09": 14.98, "2025-11-14": 14.72, "2025-11-21": 14.02},
        highs={"2025-09-29": 14.88, "2025-11-06": 25.71},
        shares=(4, 38),
    ),
    "CLSK": Scenario(
        seed=242,
        figures=Figures((13.252, 14.322, 13.500, 12.418), 7.780, 20.457),
        turns={
            "2020-07-01": 1.60, "2021-02-12": 6.40, "2021-07-19": 3.10, "2021-11-09": 6.10, "2022-06-16": 1.90,
            "2022-12-28": 1.20, "2023-07-13": 4.10, "2023-10-12": 2.50, "2024-03-01": 12.80, "2024-05-01": 10.40,
            "2024-07-22": 12.20, "2024-09-06": 6.20, "2024-11-20": 12.20, "2025-01-13": 11.20, "2025-02-18": 11.90,
            "2025-04-08": 8.13, "2025-05-20": 10.90, "2025-09-12": 12.20, "2025-11-04": 17.40, "2025-11-21": 9.73,
            "2025-11-24": 11.15,
        },
        floor={"2024-09-06": 6.10, "2025-11-24": 10.03},
        voids=((9.12, 9.68), (10.32, 10.88), (12.41, 13.98), (15.02, 15.60)),
        lows={"2024-09-06": 6.10, "2025-04-08": 7.97, "2025-11-21": 9.72},
        shares=(3, 30),
        inside=0.88,
    ),
    "IREN": Scenario(
        seed=42,
        figures=Figures((52.678, 50.420, 41.122, 29.985), 37.781, 74.838),
        turns={
            "2020-07-01": 6.10, "2021-02-17": 17.00, "2021-07-19": 9.50, "2021-11-09": 19.50, "2022-06-16": 4.30,
            "2022-12-28": 1.65, "2023-07-13": 7.20, "2023-10-26": 3.40, "2024-02-28": 8.10, "2024-05-01": 4.90,
            "2024-07-16": 13.20, "2024-09-06": 6.70, "2024-12-06": 13.80, "2025-04-08": 5.80, "2025-07-03": 15.60,
            "2025-09-02": 26.50, "2025-11-04": 72.00, "2025-11-21": 42.32, "2025-11-24": 48.16,
        },
        shares=(2, 36),
    ),
    "MARA": Scenario(
        seed=61,
        turns={
            "2020-07-01": 1.25, "2021-03-10": 38.00, "2021-07-19": 22.50, "2021-11-09": 66.00, "2022-06-16": 6.90,
            "2022-12-28": 3.70, "2023-07-13": 17.20, "2023-10-12": 8.20, "2024-02-28": 27.00, "2024-05-01": 16.50,
            "2024-07-22": 22.60, "2024-09-06": 14.40, "2024-11-20": 24.80, "2025-01-13": 17.60, "2025-04-08": 11.20,
            "2025-07-18": 19.10, "2025-09-02": 15.40, "2025-10-14": 21.20, "2025-11-03": 17.60, "2025-11-12": 14.10,
            "2025-11-21": 10.32, "2025-11-24": 11.21,
        },
        shares=(9, 44),
    ),
    "RIOT": Scenario(
        seed=52,
        turns={
            "2020-07-01": 2.40, "2021-03-10": 49.00, "2021-07-19": 26.50, "2021-11-09": 39.00, "2022-06-16": 5.20,
            "2022-12-28": 3.50, "2023-07-13": 18.10, "2023-10-12": 8.80, "2024-02-28": 16.10, "2024-05-01": 9.90,
            "2024-07-22": 12.10, "2024-09-06": 6.90, "2024-12-06": 12.90, "2025-04-08": 6.60, "2025-07-18": 13.80,
            "2025-09-02": 13.40, "2025-10-14": 21.80, "2025-11-04": 18.60, "2025-11-13": 15.20, "2025-11-21": 12.74,
            "2025-11-24": 13.88,
        },
        shares=(6, 24),
    ),
}  # fmt: skip


def construct(symbol: str) -> pd.DataFrame:
    """The bars of one of the sample's symbols: index `date`, columns `open high low close volume`, prices in cents."""
    scenario, days = SCENARIOS[symbol], sessions()
    random = np.random.RandomState(scenario.seed)
    volatility = scenario.volatility * _clustered(random, days.size)
    returns = volatility * _shocks(random, days.size, scenario.sector)
    close = _in_cents(_conditioned(returns, volatility, scenario, days), scenario.figures)
    candles = _candles(random, close, volatility, scenario, days)
    volume = _volume(random, close, volatility, scenario.shares)
    return pd.DataFrame({**candles, "volume": volume}, index=days)[["open", "high", "low", "close", "volume"]]


def _clustered(random: np.random.RandomState, count: int) -> Floats:
    """Volatility through time around 1: its logarithm forgets slowly, as that of markets does."""
    logs = np.empty(count)
    logs[0] = 0.0
    news = 0.11 * random.standard_normal(count)
    for day in range(1, count):
        logs[day] = 0.95 * logs[day - 1] + news[day]
    return np.exp(logs)


def _shocks(random: np.random.RandomState, count: int, sector: float) -> Floats:
    """Daily shocks of variance 1 with fat tails, correlated by `sector` squared between two symbols."""
    common = np.random.RandomState(2025).standard_t(5, count)
    own = random.standard_t(5, count)
    return (sector * common + np.sqrt(1 - sector**2) * own) * np.sqrt(3 / 5)


def _conditioned(returns: Floats, volatility: Floats, scenario: Scenario, days: pd.DatetimeIndex) -> Floats:
    """Closes of the walk after the smallest change of its log returns that meets turns, figures and floor.

    Where the closes fall through the floor, the deepest of each fall is made a turn just above it, until none does.
    """
    turns = pd.Series(scenario.turns, dtype=float)
    turns.index = days.get_indexer(pd.DatetimeIndex(turns.index))
    lowest = _floor(scenario.floor, days) if scenario.floor else np.zeros(days.size)
    for _ in range(ROUNDS):
        close = _nearest(returns, volatility, turns, scenario.figures)
        depth = np.where(np.isin(np.arange(days.size), turns.index), 0.0, np.maximum(lowest - close, 0.0))
        falls = np.split(np.arange(days.size), np.flatnonzero(np.diff(depth > 0)) + 1)
        deepest = [fall[depth[fall].argmax()] for fall in falls if depth[fall[0]] > 0]
        if not deepest:
            return close
        turns = pd.concat([turns, pd.Series(1.02 * lowest[deepest], index=deepest)])
    raise ArithmeticError("The closes keep falling through the scenario's floor.")


def _nearest(returns: Floats, volatility: Floats, turns: pd.Series, figures: Figures | None) -> Floats:
    """Closes of the walk whose log returns differ least, by the sum of (change / volatility)^2, of those that show
    `turns` (closes by position) and `figures`.

    By Newton's steps, since EMAs and deviation bend with the logarithm: first to the turns alone, then to all.
    """
    count, at = returns.size, turns.index.to_numpy()
    wanted = np.log(turns.to_numpy())
    logs = wanted[0] + np.cumsum(returns) - returns[0]
    variance = np.square(volatility)
    variance[0] = 0.0
    bent = False
    for _ in range(ROUNDS):
        close = np.exp(logs)
        missing, slope = logs[at] - wanted, np.eye(count)[at]
        if figures and bent:
            missing = np.append(missing, np.clip(_misses(close, figures), -0.1, 0.1))
            slope = np.vstack([slope, _slopes(close, figures) * close])
        if np.abs(missing).max() < EXACT and (bent or not figures):
            return close
        by_return = np.cumsum(slope[:, ::-1], axis=1)[:, ::-1]
        weight = np.linalg.lstsq(by_return * variance @ by_return.T, missing, rcond=None)[0]
        logs = logs - np.cumsum(variance * (weight @ by_return))
        bent = True
    raise ArithmeticError("The scenario's turns and figures contradict each other.")


def _weights(count: int) -> Floats:
    """Rows that make the last EMAs, and the mean of the last 20, out of the closes."""
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
    moves = np.concatenate([np.full(movable.size, CENT), np.full(movable.size, -CENT)])
    bars = np.concatenate([movable, movable])
    miss = _misses(rounded, figures)
    while True:
        tried = miss[:, None] + _slopes(rounded, figures)[:, bars] * moves
        costs = np.square(tried).sum(axis=0)
        best = int(costs.argmin())
        if costs[best] >= np.square(miss).sum() * (1 - 1e-6):
            return rounded
        rounded[bars[best]] = np.round(rounded[bars[best]] + moves[best], 2)
        miss = _misses(rounded, figures)


def _candles(
    random: np.random.RandomState, close: Floats, volatility: Floats, scenario: Scenario, days: pd.DatetimeIndex
) -> dict[str, Floats]:
    """Opens after a gap of about a third of the day's move, and a random walk's extremes from there to the close."""
    logs = np.log(close)
    before = np.concatenate([logs[:1], logs[:-1]])
    gap = 0.3 * (logs - before) + 0.3 * volatility * random.standard_normal(close.size)
    opened = before + gap
    inside = logs - opened
    variance = np.square(scenario.inside * volatility)
    up, down = np.log(1 - random.random_sample((2, close.size)))
    high = np.exp(opened + (inside + np.sqrt(inside**2 - 2 * variance * up)) / 2)
    low = np.exp(opened + (inside - np.sqrt(inside**2 - 2 * variance * down)) / 2)
    opened = np.round(np.exp(opened), 2)
    top, bottom = np.maximum(opened, close), np.minimum(opened, close)
    high, low = np.maximum(np.round(high, 2), top), np.minimum(np.round(low, 2), bottom)
    if scenario.floor:
        low = np.maximum(low, np.minimum(bottom, np.round(_floor(scenario.floor, days), 2)))
    for extreme, imposed in ((high, scenario.highs), (low, scenario.lows)):
        extreme[days.get_indexer(pd.DatetimeIndex(imposed))] = list(imposed.values())
    for below, above in scenario.voids:
        low = _turned(random, low, bottom, below, above)
        high = -_turned(random, -high, -top, -above, -below)
    return {"open": opened, "high": high, "low": low, "close": close}


def _floor(floor: Mapping[str, float], days: pd.DatetimeIndex) -> Floats:
    """The straight line through two days' prices, which no wick goes through; before the first of them there is none."""
    (start, end), prices = days.get_indexer(pd.DatetimeIndex(floor)), list(floor.values())
    line = prices[0] + (prices[1] - prices[0]) / (end - start) * (np.arange(days.size) - start)
    return np.where(np.arange(days.size) >= start, line, 0.0)


def _turned(random: np.random.RandomState, low: Floats, body: Floats, below: float, above: float) -> Floats:
    """The lows after those of them that turn the price between `below` and `above` went out of there, by their wicks."""
    low = low.copy()
    for _ in range(5):
        near = np.lib.stride_tricks.sliding_window_view(np.pad(low, 3, constant_values=np.inf), 7).min(axis=1)
        astray = np.flatnonzero((low == near) & (low > below) & (low < above))
        for bar in astray:
            aside = 0.01 * random.randint(9)
            up = above + aside
            low[bar] = up if up <= body[bar] and up - low[bar] < low[bar] - below else below - aside
    return np.round(low, 2)


def _volume(
    random: np.random.RandomState, close: Floats, volatility: Floats, shares: tuple[float, float]
) -> NDArray[np.int64]:
    """Shares traded, in hundreds: more from year to year, more on days that move, and busy days in a row."""
    usual = np.log(1e6) + np.linspace(np.log(shares[0]), np.log(shares[1]), close.size)
    moved = np.abs(np.diff(np.log(close), prepend=np.log(close[0]))) / volatility
    busy = np.empty(close.size)
    state = 0.0
    for day, news in enumerate(0.2 * random.standard_normal(close.size)):
        state = 0.8 * state + news
        busy[day] = state
    busy += 0.2 * random.standard_normal(close.size) + 0.35 * (moved - 0.8)
    return np.round(np.exp(usual + busy) / 100).astype(np.int64) * 100


def write(folder: Path = DATA) -> None:
    """Writes each symbol's bars as `SYMBOL.csv` into `folder`."""
    folder.mkdir(exist_ok=True)
    for symbol in SYMBOLS:
        table = construct(symbol).to_csv(date_format="%Y-%m-%d", float_format="%.2f", lineterminator="\n")
        text = f"# {symbol}: constructed by market.construct_sample, not market prices\n{table}"
        (folder / f"{symbol}.csv").write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write(*map(Path, sys.argv[1:]))
