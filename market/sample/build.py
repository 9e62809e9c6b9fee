"""Construction of the sample's bars: `python -m market.sample.build` writes `market/sample/data/*.csv`.

The files are the same bytes each time, and no market data goes in. A seeded random walk with clustered volatility,
partly common to all symbols, is adjusted by the smallest change to its daily returns (each weighted by the inverse of
its variance) after which it passes the scenario's waypoints and shows the published figures: the most likely walk that
does. Gaps, wicks and volumes are then drawn around it.

The random numbers come from numpy's RandomState, whose streams are frozen, unlike those of newer generators.
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
from market.sample.sample import DATA_FOLDER, SYMBOLS
from market.sample.scenarios import SCENARIOS, PublishedFigures, Scenario

Floats = NDArray[np.float64]

FIRST_DAY, LAST_DAY = "2020-07-01", "2025-11-24"  # after five years the slowest EMA no longer depends on its seed
EMA_SPANS = (20, 50, 100, 200)
BOLLINGER_LENGTH = 20
CENT = 0.01

SECTOR_SEED = 2025
DEGREES_OF_FREEDOM = 5  # of Student's t: tails as fat as those of single stocks
VOLATILITY_PERSISTENCE = 0.95  # autocorrelation of log volatility, per day: calm and wild months, not days
VOLATILITY_SHOCK = 0.11  # standard deviation of the daily change in log volatility
GAP_SHARE = 0.3  # the part of the day's move that happens overnight
GAP_NOISE = 0.3  # standard deviation of the rest of the gap, in units of the day's volatility
SWING_BARS = 3  # a swing low has no lower low within so many bars on either side
SUPPORT_MARGIN = 1.02  # where closes that fall through the support line turn up again, relative to the line
VOLUME_PERSISTENCE = 0.8  # autocorrelation of log volume, per day
VOLUME_SHOCK = 0.2  # standard deviation of the daily change in log volume
VOLUME_PER_MOVE = 0.35  # log volume added by a move of the day's volatility
AVERAGE_MOVE = 0.8  # in units of the day's volatility: adds no volume
MAX_VOLUME_MOVE = 4.0  # in units of the day's volatility: larger moves add no more volume

CLOSES_MOVED_BY_CENTS = slice(-60, -2)  # recent enough to matter to the figures; the last two closes are published
MAX_ITERATIONS = 60  # far more than a consistent scenario needs
TOLERANCE = 1e-10  # relative to the price: far below a cent


def build_bars(symbol: str) -> pd.DataFrame:
    """Construct the bars of one symbol: index `date`, columns `open high low close volume`, prices in cents."""
    scenario, days = SCENARIOS[symbol], sessions(FIRST_DAY, LAST_DAY)
    random = RandomState(scenario.seed)
    volatility = scenario.volatility * _draw_volatility_clusters(random, days.size)
    returns = volatility * _draw_shocks(random, days.size, scenario.sector_weight)
    close = _round_to_cents(_fit_closes(returns, volatility, scenario, days), scenario.figures)
    candles = _draw_candles(random, close, volatility, scenario, days)
    volume = _draw_volume(random, close, volatility, scenario.shares)
    return pd.DataFrame({**candles, "close": close, "volume": volume}, index=days)


def write_csv_files(folder: Path = DATA_FOLDER) -> None:
    """Write the bars of each symbol to `SYMBOL.csv` in `folder`, below a line that says what they are."""
    folder.mkdir(parents=True, exist_ok=True)
    for symbol in SYMBOLS:
        table = build_bars(symbol).to_csv(date_format="%Y-%m-%d", float_format="%.2f", lineterminator="\n")
        text = f"# {symbol}: constructed by market.sample.build, not market prices\n{table}"
        (folder / f"{symbol}.csv").write_text(text, encoding="utf-8", newline="\n")


# Closes


def _draw_volatility_clusters(random: RandomState, count: int) -> Floats:
    """Draw volatility through time, usually 1, whose logarithm decays slowly to 0 after each shock."""
    shocks = VOLATILITY_SHOCK * random.standard_normal(count)
    logs = np.zeros(count)
    for day in range(1, count):
        logs[day] = VOLATILITY_PERSISTENCE * logs[day - 1] + shocks[day]
    return np.exp(logs)


def _draw_shocks(random: RandomState, count: int, sector_weight: float) -> Floats:
    """Draw daily shocks of variance 1 with fat tails; those of two symbols have correlation `sector_weight` squared."""
    common = RandomState(SECTOR_SEED).standard_t(DEGREES_OF_FREEDOM, count)
    own = random.standard_t(DEGREES_OF_FREEDOM, count)
    shocks = sector_weight * common + np.sqrt(1 - sector_weight**2) * own
    return shocks * np.sqrt((DEGREES_OF_FREEDOM - 2) / DEGREES_OF_FREEDOM)


def _fit_closes(returns: Floats, volatility: Floats, scenario: Scenario, days: pd.DatetimeIndex) -> Floats:
    """Return the closes of the walk, changed as little as possible to meet waypoints, figures and support line.

    Where the closes fall through the support line, the deepest close of each fall becomes a waypoint just above it,
    until none falls through.
    """
    waypoints = pd.Series(scenario.waypoints, dtype=float)
    waypoints.index = days.get_indexer(pd.DatetimeIndex(waypoints.index))
    support = _support_prices(scenario.support_line, days)
    for _ in range(MAX_ITERATIONS):
        close = _fit_to_waypoints(returns, volatility, waypoints, scenario.figures)
        depth = np.maximum(support - close, 0.0)
        depth[waypoints.index] = 0.0
        runs = np.split(np.arange(days.size), np.flatnonzero(np.diff(depth > 0)) + 1)
        deepest = [run[depth[run].argmax()] for run in runs if depth[run[0]] > 0]
        if not deepest:
            return close
        waypoints = pd.concat([waypoints, pd.Series(SUPPORT_MARGIN * support[deepest], index=deepest)])
    raise ArithmeticError("The closes keep falling through the scenario's support line.")


def _fit_to_waypoints(
    returns: Floats, volatility: Floats, waypoints: pd.Series, figures: PublishedFigures | None
) -> Floats:
    """Return the closes that meet `waypoints` (closes by position) and `figures` with log returns nearest to `returns`.

    Nearest by the sum of (change / volatility)^2. Solved by Newton steps, because EMAs and deviation are not linear in
    the logarithm: first for the waypoints alone, then for both.
    """
    positions, wanted = waypoints.index.to_numpy(), np.log(waypoints.to_numpy())
    logs = wanted[0] + np.cumsum(returns) - returns[0]
    variance = np.square(volatility)
    variance[0] = 0.0
    waypoints_met = False
    for _ in range(MAX_ITERATIONS):
        close = np.exp(logs)
        residuals, slopes = logs[positions] - wanted, np.eye(logs.size)[positions]
        if figures and waypoints_met:
            residuals = np.append(residuals, np.clip(_figure_errors(close, figures), -0.1, 0.1))
            slopes = np.vstack([slopes, _figure_error_slopes(close, figures) * close])
        if np.abs(residuals).max() < TOLERANCE and (waypoints_met or not figures):
            return close
        slopes_by_return = np.cumsum(slopes[:, ::-1], axis=1)[:, ::-1]
        weights = np.linalg.lstsq(slopes_by_return * variance @ slopes_by_return.T, residuals, rcond=None)[0]
        logs = logs - np.cumsum(variance * (weights @ slopes_by_return))
        waypoints_met = True
    raise ArithmeticError("The scenario's waypoints and figures contradict each other.")


def _level_weights(count: int) -> Floats:
    """Return rows of weights on `count` closes: the last value of each EMA, then the mean of the Bollinger Bands.

    Each EMA is seeded with the mean of its first closes.
    """
    rows = np.zeros((len(EMA_SPANS) + 1, count))
    for row, span in zip(rows, EMA_SPANS, strict=False):
        a = 2 / (span + 1)
        row[span:] = a * (1 - a) ** np.arange(count - span - 1, -1, -1)
        row[:span] = (1 - a) ** (count - span) / span
    rows[-1, -BOLLINGER_LENGTH:] = 1 / BOLLINGER_LENGTH
    return rows


def _figure_errors(close: Floats, figures: PublishedFigures) -> Floats:
    """Return the relative errors of the closes' EMAs, mean and deviation against the published ones."""
    levels = _level_weights(close.size) @ close / figures.levels - 1
    return np.append(levels, close[-BOLLINGER_LENGTH:].std() / figures.deviation - 1)


def _figure_error_slopes(close: Floats, figures: PublishedFigures) -> Floats:
    """Return the derivatives of `_figure_errors` by each close."""
    last = close[-BOLLINGER_LENGTH:]
    deviation = np.zeros(close.size)
    deviation[-BOLLINGER_LENGTH:] = (last - last.mean()) / (BOLLINGER_LENGTH * last.std()) / figures.deviation
    return np.vstack([_level_weights(close.size) / figures.levels[:, None], deviation])


def _round_to_cents(close: Floats, figures: PublishedFigures | None) -> Floats:
    """Round the closes to cents, then move some recent ones by a cent as long as the figures come nearer."""
    rounded = np.round(close, 2)
    if figures is None:
        return rounded
    movable = np.arange(close.size)[CLOSES_MOVED_BY_CENTS]
    bars = np.concatenate([movable, movable])
    moves = np.repeat([CENT, -CENT], movable.size)
    errors = _figure_errors(rounded, figures)
    while True:
        costs = np.square(errors[:, None] + _figure_error_slopes(rounded, figures)[:, bars] * moves).sum(axis=0)
        best = int(costs.argmin())
        if costs[best] >= np.square(errors).sum() * (1 - 1e-6):
            return rounded
        rounded[bars[best]] = np.round(rounded[bars[best]] + moves[best], 2)
        errors = _figure_errors(rounded, figures)


def _support_prices(support_line: Mapping[str, float], days: pd.DatetimeIndex) -> Floats:
    """Return the straight line through the two points for each day; zero before the first point, or without a line."""
    if not support_line:
        return np.zeros(days.size)
    (start, end), (first, last) = days.get_indexer(pd.DatetimeIndex(support_line)), support_line.values()
    days_since_start = np.arange(days.size) - start
    return np.where(days_since_start >= 0, first + (last - first) / (end - start) * days_since_start, 0.0)


# Candles and volume


def _draw_candles(
    random: RandomState, close: Floats, volatility: Floats, scenario: Scenario, days: pd.DatetimeIndex
) -> dict[str, Floats]:
    """Draw opens, highs and lows in cents, and apply the scenario's support line, extremes and ranges without turns."""
    open_, high, low = _draw_intraday_walk(random, close, volatility, scenario.intraday_share)
    top, bottom = np.maximum(open_, close), np.minimum(open_, close)
    low = np.maximum(low, np.minimum(bottom, np.round(_support_prices(scenario.support_line, days), 2)))
    for extreme, given in ((high, scenario.bar_highs), (low, scenario.bar_lows)):
        extreme[days.get_indexer(pd.DatetimeIndex(given))] = list(given.values())
    for below, above in scenario.no_turn_ranges:
        low = _move_swing_lows_out(random, low, bottom, below, above)
        high = -_move_swing_lows_out(random, -high, -top, -above, -below)
    return {"open": open_, "high": high, "low": low}


def _draw_intraday_walk(
    random: RandomState, close: Floats, volatility: Floats, intraday_share: float
) -> tuple[Floats, Floats, Floats]:
    """Draw opens after an overnight gap, and the highs and lows of a random walk from there to the close.

    The maximum of a walk from 0 to x with variance v is (x + sqrt(x^2 - 2 v log u)) / 2 for u uniform in (0, 1]; the
    minimum mirrors it.
    """
    logs = np.log(close)
    previous = np.concatenate([logs[:1], logs[:-1]])
    open_logs = previous + GAP_SHARE * (logs - previous) + GAP_NOISE * volatility * random.standard_normal(close.size)
    moves = logs - open_logs
    up, down = -2 * np.square(intraday_share * volatility) * np.log(1 - random.random_sample((2, close.size)))
    high = np.round(np.exp(open_logs + (moves + np.sqrt(moves**2 + up)) / 2), 2)
    low = np.round(np.exp(open_logs + (moves - np.sqrt(moves**2 + down)) / 2), 2)
    open_ = np.round(np.exp(open_logs), 2)
    return open_, np.maximum(high, np.maximum(open_, close)), np.minimum(low, np.minimum(open_, close))


def _move_swing_lows_out(random: RandomState, low: Floats, body: Floats, below: float, above: float) -> Floats:
    """Return the lows with no swing low between `below` and `above`, by making wicks longer or shorter.

    A swing low moves to the nearer edge of the range, up only if the candle's `body` leaves room, and a few cents
    further at random, because markets do not turn at the same cent. Moving one bar can make a swing low of its
    neighbor, hence the passes.
    """
    low = low.copy()
    for _ in range(5):
        padded = np.pad(low, SWING_BARS, constant_values=np.inf)
        is_swing_low = low == sliding_window_view(padded, 2 * SWING_BARS + 1).min(axis=1)
        for bar in np.flatnonzero(is_swing_low & (low > below) & (low < above)):
            extra = CENT * random.randint(9)
            up = above + extra
            low[bar] = up if up <= body[bar] and up - low[bar] < low[bar] - below else below - extra
    return np.round(low, 2)


def _draw_volume(
    random: RandomState, close: Floats, volatility: Floats, shares: tuple[float, float]
) -> NDArray[np.int64]:
    """Draw shares traded, in hundreds: growing from year to year, more on days that move, busy days in a row."""
    usual = np.log(1e6) + np.linspace(np.log(shares[0]), np.log(shares[1]), close.size)
    moves = np.abs(np.diff(np.log(close), prepend=np.log(close[0]))) / volatility
    busy = VOLUME_SHOCK * random.standard_normal(close.size)
    for day in range(1, close.size):
        busy[day] += VOLUME_PERSISTENCE * busy[day - 1]
    busy += VOLUME_SHOCK * random.standard_normal(close.size)
    busy += VOLUME_PER_MOVE * (np.minimum(moves, MAX_VOLUME_MOVE) - AVERAGE_MOVE)
    return np.round(np.exp(usual + busy) / 100).astype(np.int64) * 100


if __name__ == "__main__":
    write_csv_files(*map(Path, sys.argv[1:]))
