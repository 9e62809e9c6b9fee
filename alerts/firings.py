"""Which rules fire on the newest bars of their tickers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date as Date
from datetime import timedelta

from alerts.matches import Match, firing_key, matches
from alerts.recent_changes import steps
from alerts.rules import AlertRule, in_shares_of
from market.market_data import MarketData
from market.source import SourceKey
from market.sources import fetch, wait_for_earnings
from market.store.personal.watchlists import Watchlist
from market.symbols import Symbol
from text.numbers import format_day
from tickers.batch import FailedTicker, run_in_order

CHECKED_SESSIONS = 5  # a week: checks may have failed for some days, and feeds list analysts' rows late
MAX_AGE = timedelta(days=7)  # of the last session: older bars say nothing about today


@dataclass(frozen=True)
class Firing:
    """A rule that fires on a ticker: what it found, told at once. `key`: session and level, see `firing_key`."""

    rule: AlertRule
    symbol: str
    key: tuple[str, str]
    found: tuple[Match, ...]


@dataclass(frozen=True)
class Checked:
    """The rules that fire on one ticker, and sentences about what could not be fetched or checked."""

    symbol: str
    firings: tuple[Firing, ...]
    problems: tuple[str, ...]


def watched_symbols(rule: AlertRule, watchlists: Sequence[Watchlist]) -> tuple[str, ...] | None:
    """Return the tickers of a rule, each once; None if its watchlist is not among those that its owner sees."""
    if not rule.watchlist:
        return tuple(dict.fromkeys(rule.tickers))
    wanted = rule.watchlist.casefold()
    return next((listed.symbols for listed in watchlists if listed.name.casefold() == wanted), None)


def check_tickers(
    rules_of: Mapping[str, Sequence[AlertRule]], person: str, source: SourceKey, as_of: Date | None, today: Date
) -> Iterator[Checked]:
    """Yield what fires on each ticker, fetched where it is no longer fresh, or why it could not be checked.

    `rules_of`: the rules by ticker. `person`: whose own targets count. `as_of`: a past day to check as if it were the
    latest, whenever the rules were armed; None for the latest, and then nothing fires on old bars.
    """

    def check(symbol: str) -> Checked:
        data = fetch(Symbol(symbol), source, person=person)
        if as_of is None and any("earnings" in rule.kinds for rule in rules_of[symbol]):
            data = wait_for_earnings(data, "split-adjusted")
        if as_of is None and (old := _age_problem(data, today)):
            return Checked(symbol, (), (old,))
        firings = find_firings(data, rules_of[symbol], as_of, today)
        has_failed = (
            data.retry_at is not None or not data.targets_known
        )  # other notices are no reason to write to anyone
        return Checked(symbol, firings, tuple(f"{symbol}: {notice}" for notice in data.notices if has_failed))

    for result in run_in_order(check, list(rules_of)):
        if isinstance(result, FailedTicker):
            yield Checked(result.symbol, (), (result.reason,))
        else:
            yield result


def find_firings(data: MarketData, rules: Sequence[AlertRule], as_of: Date | None, today: Date) -> tuple[Firing, ...]:
    """Return the rules that fire on the last sessions of one ticker, each once for each of its keys.

    Raises `TooEarly` where there are no bars.
    """
    if as_of is not None:
        rules = [replace(rule, armed_on=None, seen=None) for rule in rules]
    taken = list(steps(data, as_of, CHECKED_SESSIONS if as_of is None else 1))
    found: dict[tuple[AlertRule, tuple[str, str]], list[Match]] = {}
    for rule in rules:
        moved = in_shares_of(rule, data.history.splits)
        for step in taken:
            for match in matches(moved, step):
                if as_of is not None or match.session >= today - MAX_AGE:
                    found.setdefault((rule, firing_key(rule, match)), []).append(match)
    symbol = data.history.symbol
    return tuple(Firing(rule, symbol, key, tuple(told)) for (rule, key), told in found.items())


def _age_problem(data: MarketData, today: Date) -> str | None:
    """Return why the bars are too old to fire on, a sentence; None if they are not."""
    symbol, bars = data.history.symbol, data.history.bars
    if data.stale:
        said = " ".join(data.notices) or data.age_notice or ""
        return f"{symbol}: not checked, since its prices are old. {said}".strip()
    last = None if bars.empty else bars.index[-1].date()
    if last is not None and last < today - MAX_AGE:
        return f"{symbol}: not checked, since its last session was on {format_day(last)}."
    return None
