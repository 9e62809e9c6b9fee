"""Client for Yahoo Finance: daily bars, analysts' targets and symbol search, through yfinance."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import isfinite
from typing import Any

import pandas as pd
import yfinance as yf
from yfinance.data import YfData
from yfinance.exceptions import YFDataException

from market.bar_faults import BarFault
from market.clean_bars import PRICES, clean_bars
from market.errors import BadSymbol, UnknownSymbol
from market.events.company_events import dividends_of
from market.market_data import ReportedConsensus
from market.price_format import MAX_HINT
from market.price_history import Instrument, PriceBasis, PriceHistory
from market.price_target import PriceTarget, RatingAction
from market.source import MAX_MATCHES
from market.symbol_match import SymbolMatch
from market.symbol_spellings import other_spellings
from market.symbols import Symbol, instrument_of, parse_symbol
from market.yahoo.bars.repair import day_table, repaired
from market.yahoo.errors import NoBars
from market.yahoo.session import Call, yahoo_call

HISTORY_DAYS = 3653  # ten years: twice what warms up a 200-day EMA
END_DATE = date(2100, 1, 1)  # without it yfinance ends at this computer's now, and a slow clock would lose bars
QUOTE_DELAY = timedelta(minutes=30)  # quotes of many exchanges are up to 20 minutes late
MAX_TEXT_LENGTH = 120  # characters

ACTIONS: dict[str, RatingAction] = {
    "up": "upgraded",
    "down": "downgraded",
    "init": "initiated",
    "main": "reiterated",
    "reit": "reiterated",
}
INSTRUMENTS: dict[str, Instrument] = {
    "EQUITY": "share",
    "ETF": "share",
    "MUTUALFUND": "share",
    "INDEX": "index",
    "CURRENCY": "exchange rate",
    "CRYPTOCURRENCY": "coin",
    "FUTURE": "future",
}
# Yahoo lists yields as indices or futures in dollars: "CBOE Interest Rate 10 Year T No", "Treasury Yield 30 Years",
# "13 WEEK TREASURY BILL", "Micro 10-Year Yield Futures"; an index of bonds has no such name and is in points
TERM = r"\d+[ -]?(?:weeks?|months?|years?|yrs?)\b"
YIELD_NAME = re.compile(
    rf"\binterest rate\b|\b{TERM}.*\byields?\b|\byields?\b.*\b{TERM}|^{TERM} treasury bill$", re.IGNORECASE
)
RATING_COLUMNS = ["Firm", "ToGrade", "FromGrade", "Action", "currentPriceTarget", "priorPriceTarget"]


def fetch_history(symbol: Symbol, basis: PriceBasis = "split-adjusted", since: date | None = None) -> PriceHistory:
    """Fetch daily bars of ten years, or those from the day `since` on, in one chart request.

    Prices are adjusted for splits that have happened; `dividend-adjusted` scales all four by Adj Close / Close. Name,
    currency, splits, what is traded and whether the last session is in progress come in the same response. `faults`
    says which bars yfinance's repair and then `clean_bars` mended or left out.

    Raises a MarketError: UnknownSymbol, NoBars, RateLimited, YahooUnreachable or MalformedResponse. With `since`, an
    unknown symbol is NoBars, because it was known before.
    """
    start = date.today() - timedelta(days=HISTORY_DAYS) if since is None else since - timedelta(days=1)
    try:
        with yahoo_call(symbol, "bars") as call:
            ticker = yf.Ticker(symbol)
            ticker._tz = "UTC"  # else yfinance first fetches the exchange's zone, in another request
            request: dict[str, Any] = {"start": start, "end": END_DATE, "auto_adjust": False, "keepna": True}
            table = day_table(ticker.history(**request))
            meta = ticker.get_history_metadata()
            table, repaired_days = repaired(table, request, call.response, symbol)
            history = _history(symbol, basis, table.loc[str(since or start) :], repaired_days, meta, call)
            call.outcome = f"{len(history.bars)} bars"
    except UnknownSymbol as error:
        if since is None:
            raise
        raise NoBars(symbol) from error
    return history


def fetch_targets(symbol: Symbol) -> tuple[PriceTarget, ...]:
    """Fetch every rating and target that Yahoo lists, newest first; none for a symbol that no analyst follows.

    Days are UTC. A target of 0.0 and an empty rating are missing; a row with a prior target alone withdraws it.
    Raises a MarketError.
    """
    with yahoo_call(symbol, "targets") as call:
        try:
            rows = tuple(_targets(symbol, yf.Ticker(symbol).upgrades_downgrades))
        except (UnknownSymbol, LookupError, YFDataException) as error:
            if not has_no_data(error, "upgradeDowngradeHistory"):
                raise
            rows = ()
        call.outcome = f"{len(rows)} targets"
    return tuple(sorted(dict.fromkeys(rows), key=lambda row: row.date, reverse=True))


def fetch_consensus(symbol: Symbol) -> ReportedConsensus | None:
    """Fetch Yahoo's mean, median, high and low of the current targets; None if it has none. Raises a MarketError.

    yfinance does not pass on how many analysts Yahoo counts.
    """
    with yahoo_call(symbol, "consensus") as call:
        try:
            found = yf.Ticker(symbol).analyst_price_targets
        except (UnknownSymbol, LookupError) as error:
            if not has_no_data(error, "financialData"):
                raise
            found = {}
        mean, median, high, low = (_price(found.get(key)) for key in ("mean", "median", "high", "low"))
        consensus = ReportedConsensus(mean, median, high, low)
        call.outcome = str(consensus)
    return None if consensus == ReportedConsensus(None, None, None, None) else consensus


def near_matches(text: str) -> tuple[SymbolMatch, ...]:
    """Search for a mistyped symbol or a name; return the best matches first, at most six. Raises a MarketError.

    What `other_spellings` says of a symbol comes first, as far as the search finds it.
    """
    wanted = " ".join(text.split())[:MAX_TEXT_LENGTH]
    if not wanted:
        return ()
    found = _search(wanted)
    respelled = []
    for spelling in other_spellings(wanted.upper()):
        known = [match for match in found if match.symbol == spelling] or _search(spelling)
        respelled += [match for match in known if match.symbol == spelling]
    return tuple(dict.fromkeys([*respelled, *found]))[:MAX_MATCHES]


def _search(wanted: str) -> tuple[SymbolMatch, ...]:
    with yahoo_call(wanted, "near matches") as call:
        YfData().cache_get.cache_clear()  # else it returns a failed response forever
        found = yf.Search(wanted, max_results=MAX_MATCHES, news_count=0, lists_count=0, recommended=0, include_cb=False)
        call.check()
        matches = tuple(_matches(found.quotes))[:MAX_MATCHES]
        call.outcome = f"{len(matches)} matches"
    return matches


def _history(
    symbol: Symbol,
    basis: PriceBasis,
    table: pd.DataFrame,
    repaired_days: pd.DatetimeIndex,
    meta: Mapping[str, Any],
    call: Call,
) -> PriceHistory:
    if basis == "dividend-adjusted":
        table = table.assign(**table[PRICES].mul(table["adj close"] / table["close"], axis=0))
    exchange = _exchange(meta, call.clock)
    bars, faults = clean_bars(_drop_empty_rows_to_come(table, exchange.today), exchange.today)
    if bars.empty:
        raise NoBars(symbol)
    days = tuple(day.date() for day in bars.index.intersection(repaired_days))
    faults = (BarFault("repaired", days), *faults) if days else faults
    splits = table["stock splits"].loc[: str(exchange.today)]  # Yahoo lists a split some days before it happens
    return PriceHistory(
        symbol=symbol,
        name=_text(meta.get("longName")) or _text(meta.get("shortName")) or symbol,
        currency=_text(meta.get("currency")) or "",
        bars=bars,
        splits=splits[(splits > 0.0) & (splits < float("inf"))].astype(float).rename(None),
        price_basis=basis,
        fetched_at=datetime.now(UTC),
        in_progress=exchange.is_open_on(bars.index[-1].date()),
        remarks=tuple(_rename_remarks(symbol, meta)),
        zone=str(exchange.now.tz),
        instrument=_instrument(symbol, meta),
        price_hint=_price_hint(meta.get("priceHint")),
        faults=faults,
        dividends=dividends_of(table["dividends"].loc[: str(exchange.today)]),
    )


def _instrument(symbol: Symbol, meta: Mapping[str, Any]) -> Instrument:
    by_symbol = instrument_of(symbol)
    kind = INSTRUMENTS.get(_text(meta.get("instrumentType")) or "", by_symbol)
    names = filter(None, (_text(meta.get(key)) for key in ("longName", "shortName")))
    is_yield = by_symbol == "yield" or any(map(YIELD_NAME.search, names))
    return "yield" if kind in ("index", "future") and is_yield else kind


def _price_hint(value: object) -> int | None:
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if 0 <= value <= MAX_HINT else None


def _drop_empty_rows_to_come(table: pd.DataFrame, today: date) -> pd.DataFrame:
    """Remove the empty rows of today before the first trade and of a split or dividend to come: no bar is missing."""
    is_to_come = (table.index >= pd.Timestamp(today)) & table[PRICES].isna().all(axis=1).to_numpy()
    return table[~is_to_come]


def _rename_remarks(symbol: Symbol, meta: Mapping[str, Any]) -> Iterator[str]:
    returned = _text(meta.get("symbol"))
    if returned and returned.upper() != symbol:
        yield f"Yahoo Finance returns the prices of {returned} for {symbol}: the ticker may have been renamed"


@dataclass(frozen=True)
class _Exchange:
    """The exchange's clock, last trade and session by the response, independent of this computer's clock."""

    now: pd.Timestamp
    traded: pd.Timestamp | None
    opens: pd.Timestamp | None
    closes: pd.Timestamp | None

    @property
    def today(self) -> date:
        """The day of the session under way (futures open the evening before), else the date there."""
        day: date = self.now.date()
        under_way = self.opens is not None and self.closes is not None and self.opens <= self.now < self.closes
        return max(day, self.closes.date()) if under_way and self.closes is not None else day

    def is_open_on(self, day: date) -> bool:
        if self.opens is None or self.closes is None:
            return day == self.today
        has_closing_trade = self.traded is not None and self.traded >= self.closes
        is_open = self.opens <= self.now < self.closes + QUOTE_DELAY
        return day == self.closes.date() and is_open and not has_closing_trade


def _exchange(meta: Mapping[str, Any], clock: datetime | None) -> _Exchange:
    zone = meta["exchangeTimezoneName"]
    session = meta.get("currentTradingPeriod") or {}
    traded, opens, closes = (
        moment if isinstance(moment, pd.Timestamp) else None
        for moment in (
            meta.get("regularMarketTime"),
            (session.get("regular") or {}).get("start"),
            (session.get("regular") or {}).get("end"),
        )
    )
    now = pd.Timestamp(clock or datetime.now(UTC)).tz_convert(zone)
    return _Exchange(max(now, traded) if traded is not None else now, traded, opens, closes)


def _targets(symbol: Symbol, frame: pd.DataFrame) -> Iterator[PriceTarget]:
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
        says_something = row.rating is not None or row.target is not None or row.prior_target is not None
        if row.firm and not pd.isna(day) and says_something:
            yield row


def has_no_data(error: Exception, module: str) -> bool:
    """Return whether Yahoo has no such figures, as for a fund or an index, rather than failing to respond."""
    absent = isinstance(error, KeyError) and error.args == (module,)
    empty = type(error) is IndexError or str(error).startswith("No upgrade/downgrade history")
    return isinstance(error, UnknownSymbol) or absent or empty


def _matches(quotes: list[Mapping[str, Any]]) -> Iterator[SymbolMatch]:
    for quote in quotes:
        try:
            symbol = parse_symbol(str(quote["symbol"]))
        except BadSymbol:
            continue
        yield SymbolMatch(symbol, _text(quote.get("longname")) or _text(quote.get("shortname")) or symbol)


def _text(value: object) -> str | None:
    """Return outside text on one line, at most 120 characters; None if there is none."""
    if not isinstance(value, str):
        return None
    return " ".join(value[: 4 * MAX_TEXT_LENGTH].split())[:MAX_TEXT_LENGTH] or None


def _price(value: object) -> float | None:
    """Return a price from either of Yahoo's forms, 12.5 or {"raw": 12.5}; None for 0.0, which means missing."""
    figure = value.get("raw") if isinstance(value, Mapping) else value
    if not isinstance(figure, int | float) or isinstance(figure, bool):
        return None
    return float(figure) if isfinite(figure) and figure > 0.0 else None
