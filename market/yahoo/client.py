"""Daily bars, analysts' targets and near matches from Yahoo Finance, through yfinance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import isfinite
from typing import Any

import pandas as pd
import yfinance as yf
from yfinance.data import YfData
from yfinance.exceptions import YFDataException

from market.clean_bars import PRICES, clean_bars
from market.errors import BadSymbol, NoBars, UnknownSymbol
from market.price_history import PriceBasis, PriceHistory
from market.price_target import PriceTarget, RatingAction
from market.symbols import parse_symbol
from market.yahoo.session import Call, asking

DAYS = 3653  # ten years: twice what warms up a 200-day EMA
LATEST = date(2100, 1, 1)  # yfinance would end at the computer's now, and a clock that is behind would lose bars
SETTLING = timedelta(minutes=30)  # quotes of many exchanges come up to 20 minutes late
LONGEST_TEXT = 120
MATCHES = 6

ACTIONS: dict[str, RatingAction] = {
    "up": "upgraded",
    "down": "downgraded",
    "init": "initiated",
    "main": "reiterated",
    "reit": "reiterated",
}
RATING_COLUMNS = ["Firm", "ToGrade", "FromGrade", "Action", "currentPriceTarget", "priorPriceTarget"]


@dataclass(frozen=True)
class YahooConsensus:
    """Yahoo's own summary of the current targets; None where it gives none. yfinance hands on no `count`."""

    mean: float | None
    median: float | None
    high: float | None
    low: float | None
    count: int | None = None


@dataclass(frozen=True)
class Match:
    """A symbol that Yahoo's search offers, and the name that stands beside it."""

    symbol: str
    name: str


def fetch_history(symbol: str, basis: PriceBasis = "split-adjusted", since: date | None = None) -> PriceHistory:
    """Daily bars of ten years, or those from the day `since` on, in one chart request.

    Prices are adjusted for splits; `dividend-adjusted` scales all four by Adj Close / Close. Name, currency, splits
    and whether the last session is in progress come with the same answer. What `clean_bars` left out is in
    `notes`. A symbol that is asked for `since` a day was known: one that is unknown now has no bars any more.

    Raises a MarketError: BadSymbol, UnknownSymbol, NoBars, RateLimited, YahooUnreachable or MalformedAnswer.
    """
    symbol = parse_symbol(symbol)
    start = date.today() - timedelta(days=DAYS) if since is None else since - timedelta(days=1)
    try:
        with asking(symbol, "bars") as call:
            ticker = yf.Ticker(symbol)
            ticker._tz = "UTC"  # else yfinance asks for the exchange's zone first, in a request of its own
            frame = ticker.history(start=start, end=LATEST, auto_adjust=False, keepna=True)
            history = _history(symbol, basis, frame.loc[str(since or start) :], ticker.get_history_metadata(), call)
            call.outcome = f"{len(history.bars)} bars"
    except UnknownSymbol as error:
        if since is None:
            raise
        raise NoBars(symbol) from error
    return history


def fetch_targets(symbol: str) -> tuple[PriceTarget, ...]:
    """Every rating and target that Yahoo lists, newest first; none for a symbol that no analyst follows.

    Days are UTC. A target of 0.0 is missing; so is an empty rating. Raises a MarketError.
    """
    symbol = parse_symbol(symbol)
    with asking(symbol, "targets") as call:
        try:
            rows = tuple(_targets(symbol, yf.Ticker(symbol).upgrades_downgrades))
        except (UnknownSymbol, LookupError, YFDataException) as error:
            if not _has_none(error, "upgradeDowngradeHistory"):
                raise
            rows = ()
        call.outcome = f"{len(rows)} targets"
    return tuple(sorted(dict.fromkeys(rows), key=lambda row: row.date, reverse=True))


def fetch_consensus(symbol: str) -> YahooConsensus | None:
    """Mean, median, high and low of the current targets, None where Yahoo has none. Raises a MarketError."""
    symbol = parse_symbol(symbol)
    with asking(symbol, "consensus") as call:
        try:
            found = yf.Ticker(symbol).analyst_price_targets
        except (UnknownSymbol, LookupError) as error:
            if not _has_none(error, "financialData"):
                raise
            found = {}
        mean, median, high, low = (_price(found.get(key)) for key in ("mean", "median", "high", "low"))
        consensus = YahooConsensus(mean, median, high, low)
        call.outcome = str(consensus)
    return None if consensus == YahooConsensus(None, None, None, None) else consensus


def near_matches(text: str) -> tuple[Match, ...]:
    """What Yahoo's search offers for a mistyped symbol or a name, best first, at most six. Raises a MarketError."""
    wanted = " ".join(text.split())[:LONGEST_TEXT]
    if not wanted:
        return ()
    with asking(wanted, "near matches") as call:
        YfData().cache_get.cache_clear()  # it would hand out a failed answer for ever
        found = yf.Search(wanted, max_results=MATCHES, news_count=0, lists_count=0, recommended=0, include_cb=False)
        call.check()
        matches = tuple(_matches(found.quotes))[:MATCHES]
        call.outcome = f"{len(matches)} matches"
    return matches


def _history(symbol: str, basis: PriceBasis, frame: pd.DataFrame, meta: Mapping[str, Any], call: Call) -> PriceHistory:
    days = pd.DatetimeIndex(frame.index).tz_localize(None).normalize().as_unit("us")
    table = frame.set_axis(pd.DatetimeIndex(days.to_numpy(), name="date")).rename(columns=str.lower)
    if basis == "dividend-adjusted":
        table[PRICES] = table[PRICES].mul(table["adj close"] / table["close"], axis=0)
    exchange = _exchange(meta, call.clock)
    bars, notes = clean_bars(_begun(table, exchange.today), exchange.today)
    if bars.empty:
        raise NoBars(symbol)
    splits = table["stock splits"]
    return PriceHistory(
        symbol=symbol,
        name=_text(meta.get("longName")) or _text(meta.get("shortName")) or symbol,
        currency=_text(meta.get("currency")) or "",
        bars=bars,
        splits=splits[(splits > 0.0) & (splits < float("inf"))].astype(float).rename(None),
        price_basis=basis,
        fetched_at=datetime.now(UTC),
        in_progress=exchange.is_open_on(bars.index[-1].date()),
        notes=(*_renamed(symbol, meta), *notes),
        zone=str(exchange.now.tz),
    )


def _begun(table: pd.DataFrame, today: date) -> pd.DataFrame:
    """Without the empty row that stands for today until the first trade: nothing is missing there."""
    waiting = (table.index == pd.Timestamp(today)) & table[PRICES].isna().all(axis=1).to_numpy()
    return table[~waiting]


def _renamed(symbol: str, meta: Mapping[str, Any]) -> Iterator[str]:
    answered = _text(meta.get("symbol"))
    if answered and answered.upper() != symbol:
        yield f"Yahoo Finance answers {symbol} with the prices of {answered}: the ticker may have been renamed"


@dataclass(frozen=True)
class _Exchange:
    """The exchange's clock as the answer tells it, whatever the computer's says: its last trade and its session."""

    now: pd.Timestamp
    traded: pd.Timestamp | None
    opens: pd.Timestamp | None
    closes: pd.Timestamp | None

    @property
    def today(self) -> date:
        """The day of the session under way (futures open the evening before), else the day it is there."""
        day: date = self.now.date()
        under_way = self.opens is not None and self.closes is not None and self.opens <= self.now < self.closes
        return max(day, self.closes.date()) if under_way and self.closes is not None else day

    def is_open_on(self, day: date) -> bool:
        if self.opens is None or self.closes is None:
            return day == self.today
        settled = self.traded is not None and self.traded >= self.closes
        return day == self.closes.date() and self.opens <= self.now < self.closes + SETTLING and not settled


def _exchange(meta: Mapping[str, Any], clock: datetime | None) -> _Exchange:
    zone = meta["exchangeTimezoneName"]
    session = meta.get("currentTradingPeriod") or {}
    traded, opens, closes = (
        each if isinstance(each, pd.Timestamp) else None
        for each in (
            meta.get("regularMarketTime"),
            (session.get("regular") or {}).get("start"),
            (session.get("regular") or {}).get("end"),
        )
    )
    now = pd.Timestamp(clock or datetime.now(UTC)).tz_convert(zone)
    return _Exchange(max(now, traded) if traded is not None else now, traded, opens, closes)


def _targets(symbol: str, frame: pd.DataFrame) -> Iterator[PriceTarget]:
    columns = frame.reindex(columns=RATING_COLUMNS)
    for day, firm, rating, prior_rating, action, target, prior_target in zip(
        pd.DatetimeIndex(frame.index), *(columns[name] for name in RATING_COLUMNS), strict=True
    ):
        row = PriceTarget(
            symbol=symbol,
            firm=_text(firm) or "",
            date=day.date(),
            target=_price(target),
            prior_target=_price(prior_target),
            rating=_text(rating),
            prior_rating=_text(prior_rating),
            action=ACTIONS.get(action) if isinstance(action, str) else None,
        )
        if row.firm and not pd.isna(day) and (row.target is not None or row.rating is not None):
            yield row


def _has_none(error: Exception, module: str) -> bool:
    """Whether Yahoo says that it has no such figures, as of a fund or an index, rather than failing to answer."""
    absent = isinstance(error, KeyError) and error.args == (module,)
    empty = type(error) is IndexError or str(error).startswith("No upgrade/downgrade history")
    return isinstance(error, UnknownSymbol) or absent or empty


def _matches(quotes: list[Mapping[str, Any]]) -> Iterator[Match]:
    for quote in quotes:
        try:
            symbol = parse_symbol(str(quote["symbol"]))
        except BadSymbol:
            continue
        yield Match(symbol, _text(quote.get("longname")) or _text(quote.get("shortname")) or symbol)


def _text(value: object) -> str | None:
    """Outside text on one line, at most 120 characters; None where there is none."""
    return (" ".join(value[: 4 * LONGEST_TEXT].split())[:LONGEST_TEXT] or None) if isinstance(value, str) else None


def _price(value: object) -> float | None:
    """A price in either of Yahoo's forms, 12.5 or {"raw": 12.5}; None for 0.0, which is how Yahoo says missing."""
    figure = value.get("raw") if isinstance(value, Mapping) else value
    if not isinstance(figure, int | float) or isinstance(figure, bool):
        return None
    return float(figure) if isfinite(figure) and figure > 0.0 else None
