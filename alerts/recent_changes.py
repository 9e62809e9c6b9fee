"""What changed on a ticker from session to session since a day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date as Date
from itertools import pairwise
from typing import Any

import pandas as pd

from alerts.changes import Change, Step
from indicators.analysis import Analysis, TooEarly, latest_day
from market.market_data import MarketData
from tickers.json_document import json_number
from tickers.replay import replay


@dataclass(frozen=True)
class Recent:
    """What changed on a ticker since a day, the newest first. `latest`: the Analysis of the last day."""

    latest: Analysis
    changes: tuple[Change, ...]


def recent_changes(data: MarketData, as_of: Date | None = None, since: Date | int = 1) -> Recent:
    """Return what changed after the day `since`, or in the last `since` sessions, up to `as_of`, the newest first.

    `as_of` None: the latest day. Each session is compared with the one before it. Raises `TooEarly` where there are no
    bars up to `as_of`.
    """
    taken = list(steps(data, as_of, since))
    newest_first = [change for step in reversed(taken) for change in step.changes]
    latest = replace(taken[-1].after, notices=data.notices, targets_known=data.targets_known)
    return Recent(latest, tuple(newest_first))


def steps(data: MarketData, as_of: Date | None = None, since: Date | int = 1) -> Iterator[Step]:
    """Yield each day after `since` beside the one before it, oldest first.

    The first bar of all has nothing before it: it is left out, or stands beside itself where it is the only one.
    """
    days = _days(data, as_of, since)
    analyses = replay(data.history, data.targets_on(as_of), days, earnings=data.earnings)
    if len(days) == 1:
        only = next(analyses)
        yield Step(only, only)
    for before, after in pairwise(analyses):
        yield Step(before, after)


def _days(data: MarketData, as_of: Date | None, since: Date | int) -> list[Date]:
    """Return the session before the first of those wanted, those, and `as_of` itself where it has no session."""
    history = data.history
    if history.bars.empty:
        raise TooEarly(history.symbol, as_of, None)
    end = as_of or latest_day(history, data.targets)
    sessions = history.bars.index[: history.bars.index.searchsorted(pd.Timestamp(end), side="right")]
    if not len(sessions):
        raise TooEarly(history.symbol, end, history.bars.index[0].date())
    after_last = [end] if end > sessions[-1].date() else []  # for what was published since the last session
    if isinstance(since, int):
        wanted = since
    else:
        wanted = len(sessions) - int(sessions.searchsorted(pd.Timestamp(since), side="right")) + len(after_last)
    first = max(len(sessions) + len(after_last) - 1 - max(wanted, 1), 0)
    return [day.date() for day in sessions[first:]] + after_last


def change_document(change: Change) -> dict[str, Any]:
    """Return a change as JSON has it: the session in ISO form, null where there is no price."""
    return {
        "symbol": change.symbol,
        "session": change.session.isoformat(),
        "kind": change.kind,
        "label": change.label,
        "price": json_number(change.price),
        "text": change.text,
    }
