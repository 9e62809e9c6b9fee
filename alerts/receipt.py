"""How often in two years a change happened on a ticker, or a rule would have fired, and what followed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date as Date

import numpy as np
from numpy.typing import NDArray

from alerts.changes import Change, ChangeKind, Step
from alerts.matches import Match, matches
from alerts.recent_changes import steps
from alerts.rules import AlertRule, in_shares_of
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
    """What was found in the last two years, the oldest first, and what followed.

    `found`: the changes of the kinds asked for, or the matches of a rule. `days`: the sessions with one, each once.
    `first` and `last`: the sessions looked at, `sessions` of them. `after`: the outcomes of `days`; `any_day`: those of
    all sessions. None where 21 sessions later is not known for any.
    """

    symbol: str
    first: Date
    last: Date
    sessions: int
    found: tuple[Change | Match, ...]
    days: tuple[Date, ...]
    after: Outcomes | None
    any_day: Outcomes | None


def make_receipt(data: MarketData, kinds: Collection[ChangeKind], as_of: Date | None = None) -> Receipt:
    """Replay the last two years up to `as_of` and return when changes of `kinds` happened, and what followed.

    The outcome of a session is 100 (close 21 sessions later / its close - 1), with closes up to `as_of` only. Raises
    `TooEarly` where there are no bars.
    """
    return _receipt(data, as_of, lambda step: (change for change in step.changes if change.kind in kinds))


def make_rule_receipt(data: MarketData, rule: AlertRule, as_of: Date | None = None) -> Receipt:
    """Return the same for the sessions on which a rule would have fired, however often it fires when it is armed.

    A threshold in `price` is taken in today's shares, as all prices are.
    """
    unarmed = replace(in_shares_of(rule, data.history.splits), armed_on=None, seen=None)
    return _receipt(data, as_of, lambda step: matches(unarmed, step))


def _receipt(data: MarketData, as_of: Date | None, find: Callable[[Step], Iterable[Change | Match]]) -> Receipt:
    found_on: dict[Date, list[Change | Match]] = {}
    for step in steps(data, as_of, TWO_YEARS_SESSIONS):
        found_on.setdefault(step.after.session, []).extend(find(step))
    sessions = list(found_on)
    close = step.after.daily_bars["close"].to_numpy(float)[-len(sessions) :]
    moves = 100.0 * (close[AHEAD_SESSIONS:] / close[:-AHEAD_SESSIONS] - 1.0)  # one for each session but the last 21
    happened = np.array([bool(found_on[session]) for session in sessions[: moves.size]], dtype=bool)
    return Receipt(
        data.history.symbol,
        sessions[0],
        sessions[-1],
        len(sessions),
        tuple(found for on_day in found_on.values() for found in on_day),
        tuple(session for session, on_day in found_on.items() if on_day),
        _outcomes(moves[happened]),
        _outcomes(moves),
    )


def _outcomes(moves: NDArray[np.float64]) -> Outcomes | None:
    if not moves.size:
        return None
    return Outcomes(moves.size, float(np.median(moves)), float(moves.min()), float(moves.max()))
