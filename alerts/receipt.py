"""How often a change happened on a ticker in two years, and what the price did afterwards."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date as Date

import numpy as np
from numpy.typing import NDArray

from alerts.changes import Change, ChangeKind
from alerts.recent_changes import changes_by_day
from market.market_data import MarketData

TWO_YEARS_SESSIONS = 504
AHEAD_SESSIONS = 21  # a month


@dataclass(frozen=True)
class Outcomes:
    """What the price did over the 21 sessions after some days, in percent: of `count` of them that is known."""

    count: int
    median_pct: float
    lowest_pct: float
    highest_pct: float


@dataclass(frozen=True)
class Receipt:
    """The changes of the kinds asked for in the last two years, the oldest first, and what followed.

    `first` and `last`: the sessions looked at, `sessions` of them. `after`: the outcomes of the sessions with such a
    change, each counted once; `any_day`: those of all sessions. None where 21 sessions later is not known for any.
    """

    symbol: str
    first: Date
    last: Date
    sessions: int
    changes: tuple[Change, ...]
    after: Outcomes | None
    any_day: Outcomes | None

    @property
    def days(self) -> tuple[Date, ...]:
        """The sessions with such a change, each once."""
        return tuple(dict.fromkeys(change.session for change in self.changes))


def make_receipt(data: MarketData, kinds: Collection[ChangeKind], as_of: Date | None = None) -> Receipt:
    """Replay the last two years up to `as_of` and return when changes of `kinds` happened, and what followed.

    The outcome of a session is 100 (close 21 sessions later / its close - 1), with closes up to `as_of` only. Raises
    `TooEarly` where there are no bars.
    """
    found: list[Change] = []
    sessions: list[Date] = []
    for analysis, changes in changes_by_day(data, as_of, TWO_YEARS_SESSIONS):
        if not sessions or analysis.session > sessions[-1]:
            sessions.append(analysis.session)
        found += [change for change in changes if change.kind in kinds]
    close = analysis.daily_bars["close"].to_numpy(float)[-len(sessions) :]
    moves = 100.0 * (close[AHEAD_SESSIONS:] / close[:-AHEAD_SESSIONS] - 1.0)  # one for each session but the last 21
    days = {change.session for change in found}
    happened = np.array([session in days for session in sessions[: moves.size]], dtype=bool)
    return Receipt(
        data.history.symbol,
        sessions[0],
        sessions[-1],
        len(sessions),
        tuple(found),
        _outcomes(moves[happened]),
        _outcomes(moves),
    )


def _outcomes(moves: NDArray[np.float64]) -> Outcomes | None:
    if not moves.size:
        return None
    return Outcomes(moves.size, float(np.median(moves)), float(moves.min()), float(moves.max()))
