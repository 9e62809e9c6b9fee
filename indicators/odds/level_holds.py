"""How often levels of a kind held when the price came to them, beside levels that mean nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indicators.bars.columns import BarColumns

Floats = NDArray[np.float64]

NEAR_ATR = 0.25  # the price came to a level: within a quarter of a usual day's range, or through it
OUTCOME_ATR = 1.0  # a close this far from the level decides
SHIFTS = 10  # draws of how far the levels are moved
MIN_SHIFT_ATR, MAX_SHIFT_ATR = 1.0, 3.0
RESAMPLES = 2_000
SEED = 20251124  # the same interval each time
LOW, HIGH = 0.025, 0.975


@dataclass(frozen=True)
class Holds:
    """Visits of the price to levels of a kind: how many were decided, and in how many of them the level held."""

    held: int = 0
    count: int = 0

    def __add__(self, other: Holds) -> Holds:
        return Holds(self.held + other.held, self.count + other.count)

    @property
    def share(self) -> float | None:
        """The share held, from 0 to 1; None without visits."""
        return self.held / self.count if self.count else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95% interval of the share, by resampling the visits; None without any."""
        if not self.count:
            return None
        low, high = np.quantile(self.resampled_shares(), [LOW, HIGH])
        return float(low), float(high)

    def resampled_shares(self, stream: int = 0) -> Floats:
        """Return the shares of 2,000 draws of as many visits with replacement; another `stream`, other draws."""
        # A draw with replacement among visits that held or did not is a binomial one
        random = np.random.default_rng([SEED, stream])
        return random.binomial(self.count, self.held / self.count, RESAMPLES) / self.count


@dataclass(frozen=True)
class KindHolds:
    """The visits to levels of one kind, to the same levels moved by 1 to 3 ATR, and to those of shuffled moves."""

    kind: str
    real: Holds
    shifted: Holds
    shuffled: Holds

    def __add__(self, other: KindHolds) -> KindHolds:
        return KindHolds(
            self.kind, self.real + other.real, self.shifted + other.shifted, self.shuffled + other.shuffled
        )

    @property
    def verdict(self) -> str:
        """Whether the levels held more often than those that mean nothing, in words."""
        peers = [peer for peer in (self.shifted, self.shuffled) if peer.count]
        if not self.real.count or not peers:
            return "too few visits"
        gaps = [difference_interval(self.real, peer) for peer in peers]
        if all(low > 0.0 for low, _ in gaps):
            return "holds more often than chance"
        return "holds less often than chance" if all(high < 0.0 for _, high in gaps) else "no difference from chance"


def difference_interval(one: Holds, other: Holds) -> tuple[float, float]:
    """Return the 95% interval of the difference of two shares, by resampling the visits of both."""
    low, high = np.quantile(one.resampled_shares(0) - other.resampled_shares(1), [LOW, HIGH])
    return float(low), float(high)


def kind_holds(
    kind: str, bars: BarColumns, levels: Floats, shuffled_bars: BarColumns, shuffled_levels: Floats
) -> KindHolds:
    """Return the visits to the levels of one kind, beside those to levels that mean nothing.

    `levels`: one row a session, one column a level, NaN for none (see `level_histories`). `shuffled_bars`: the same
    daily moves in another order, and `shuffled_levels` the levels found in them. Shifted levels: all those of the kind
    moved together, up or down at random, by 1 to 3 ATR of each session, ten times.
    """
    random = np.random.default_rng([SEED, sum(map(ord, kind))])
    shifts = random.uniform(MIN_SHIFT_ATR, MAX_SHIFT_ATR, SHIFTS) * random.choice([-1.0, 1.0], SHIFTS)
    moved = (visits(bars, levels + shift * bars.atr[:, None]) for shift in shifts.tolist())
    return KindHolds(kind, visits(bars, levels), sum(moved, Holds()), visits(shuffled_bars, shuffled_levels))


def visits(bars: BarColumns, levels: Floats) -> Holds:
    """Return how often the price came to a level and how often it held.

    The price comes to a level if one session stays more than 0.25 ATR above it (or below it) and the next comes within
    that or goes through. The level stays where it was before that session, and the first close from that session on
    that is 1 ATR from it decides: it held if that close is on the side that the price came from. Until then no other
    visit counts. A visit that the bars do not decide is left out.
    """
    came = _arrivals(bars, levels)
    held = count = free_from = 0
    for session in np.flatnonzero(came.any(axis=1)).tolist():
        if session < free_from:
            continue
        at = np.flatnonzero(came[session])
        price = float(bars.close[session])
        level = float(levels[session, at[np.argmin(np.abs(levels[session, at] - price))]])
        reach = OUTCOME_ATR * float(bars.atr[session])
        decided = _first_far_close(bars.close, level, session + 1, reach)
        if decided is None:
            break
        held += int((bars.close[decided] > level) == (price > level))
        count, free_from = count + 1, decided
    return Holds(held, count)


def _arrivals(bars: BarColumns, levels: Floats) -> NDArray[np.bool_]:
    """Return, for each session and level, whether the next session comes to the level and this one does not."""
    came = np.zeros(levels.shape, dtype=bool)
    near = NEAR_ATR * bars.atr[:-1, None]
    low, high, level = bars.low[:, None], bars.high[:, None], levels[:-1]
    down = (low[:-1] > level + near) & (low[1:] <= level + near)
    up = (high[:-1] < level - near) & (high[1:] >= level - near)
    came[:-1] = down | up
    return came


def _first_far_close(close: Floats, level: float, start: int, reach: float) -> int | None:
    """Return the first session from `start` whose close is at least `reach` from the level."""
    width = 16
    while start < close.size:
        far = np.abs(close[start : start + width] - level) >= reach
        if far.any():
            return start + int(np.argmax(far))
        start, width = start + width, 4 * width
    return None
