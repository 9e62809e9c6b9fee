"""The sidebar: what is looked at. Ticker, as-of day, period and scale are kept in the page's address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date as Date
from typing import NoReturn

import streamlit as st

from charts.options import DEFAULT_OVERLAYS, OVERLAYS, PERIODS, Overlay, Period
from indicators.analysis import Scale
from market.errors import BadSymbol
from market.price_history import PriceBasis
from market.source import SourceKey
from market.sources import SOURCES, default_source, offered_sources, source_title
from market.symbols import Symbol, parse_symbol
from ui.sidebar import own_targets, watchlist_picker

OVERLAY_NAMES: dict[Overlay, str] = {
    "emas": "EMAs",
    "bands": "Bollinger",
    "trendlines": "Trendlines",
    "zones": "Zones",
    "volume": "Volume",
    "targets": "Targets",
    "ratings": "Rating changes",
    "consensus": "Consensus path",
}
SCALES: tuple[Scale, ...] = ("linear", "log")
BASIS_NAMES: dict[PriceBasis, str] = {"split-adjusted": "Splits only", "dividend-adjusted": "Splits and dividends"}
BOUND = ("ticker", "period", "asof", "scale", "source", watchlist_picker.KEY)  # the keys that the address carries
FIRST_TICKER = "CIFR"  # where the list that is open is empty
FIRST_DAY = Date(1962, 1, 2)  # the oldest daily bar that Yahoo serves


@dataclass(frozen=True)
class Choice:
    """What the viewer asked for; `complaint` says why the ticker typed cannot be one."""

    ticker: Symbol
    as_of: Date | None
    period: Period
    scale: Scale
    overlays: frozenset[Overlay]
    source: SourceKey
    basis: PriceBasis
    complaint: str | None = None


def draw() -> None:
    """The widgets; what they say is read with `choice()`."""
    st.session_state.update(st.session_state.pop("carried-over", {}))
    _read_address()
    with st.sidebar:
        watchlist_picker.select()
        _ticker()
        _time()
        _look()
        _prices()
        own_targets.draw()


def _read_address() -> None:
    """Takes an address in any case, and the source by its key: `?source=sample&scale=LOG`.

    The widgets know their own spelling only, so before there are any the address is written in it.
    """
    said = {key: st.query_params[key] for key in BOUND if key in st.query_params and key not in st.session_state}
    spelled = {key: _spellings(key).get(text.casefold(), text) for key, text in said.items()}
    if spelled != said:
        st.query_params.update(spelled)
        st.rerun()


def _spellings(key: str) -> dict[str, str]:
    """What may be said of a choice, in small letters, with the widget's own word for it."""
    if key == "source":
        return {text.casefold(): source_title(key) for key in SOURCES for text in (key, source_title(key))}
    words = {"period": tuple(PERIODS), "scale": SCALES, watchlist_picker.KEY: watchlist_picker.names()}
    return {each.casefold(): each for each in words.get(key, ())}


def _ticker() -> None:
    st.session_state.setdefault("ticker", _first())
    st.selectbox(
        "Ticker",
        options=_tickers(),
        index=None,
        key="ticker",
        bind="query-params",
        accept_new_options=True,
        placeholder="Pick or type a symbol",
        help="Pick one, or type any symbol of Yahoo Finance, such as ^GSPC, BRK-B or 0700.HK, and press Enter.",
    )


def _time() -> None:
    st.segmented_control(
        "Period", options=list(PERIODS), default="1y", required=True, key="period", bind="query-params", wrap=True
    )
    st.date_input(
        "As of",
        value=None,
        min_value=FIRST_DAY,
        max_value="today",
        format="YYYY-MM-DD",
        key="asof",
        bind="query-params",
        help="The day the picture is made for: nothing later is used, no bar and no target. Empty: the latest.",
    )


def _look() -> None:
    st.segmented_control(
        "Price scale",
        options=SCALES,
        default="linear",
        required=True,
        key="scale",
        bind="query-params",
    )
    st.pills(
        "Show",
        options=list(OVERLAYS),
        selection_mode="multi",
        default=[each for each in OVERLAYS if each in DEFAULT_OVERLAYS],
        format_func=OVERLAY_NAMES.__getitem__,
        key="overlays",
        persist_state="session",
    )


def _prices() -> None:
    st.segmented_control(
        "Source",
        options=_source_options(),
        default=default_source(),
        required=True,
        format_func=source_title,
        key="source",
        bind="query-params",
        help="The sample is constructed: it needs no network, and its bars are not market prices.",
    )
    st.selectbox(
        "Prices adjusted for",
        options=list(BASIS_NAMES),
        format_func=BASIS_NAMES.__getitem__,
        key="basis",
        persist_state="session",
        help="Quoted levels and analysts' targets are not dividend-adjusted: splits only is the basis they share.",
    )


def _source_options() -> list[SourceKey]:
    """Return the sources on offer, and the one that the address or the session names."""
    named = {st.session_state.get("source"), st.query_params.get("source")}
    offered = offered_sources()
    return [key for key in SOURCES if key in offered or named & {key, source_title(key)}]


def _tickers() -> list[str]:
    """The watchlist, and the symbol asked for where it is none of it, so that the box can show it."""
    asked = st.session_state.get("ticker") or st.query_params.get("ticker")
    return [*watchlist(), *([asked] if asked and asked not in watchlist() else [])]


def watchlist() -> tuple[str, ...]:
    """The tickers of the watchlist that is open."""
    return watchlist_picker.current().symbols


def _first() -> str:
    return next(iter(watchlist()), FIRST_TICKER)


def open_levels(ticker: str) -> NoReturn:
    """Goes to the Levels page of `ticker`.

    The switch empties the address, and with it the widgets that are bound to it: what they say is carried over.
    """
    said = {key: st.session_state[key] for key in BOUND if key in st.session_state}
    st.session_state["carried-over"] = said | {"ticker": ticker}
    st.switch_page("pages/levels.py", query_params={})


def choice() -> Choice:
    """What the widgets say now."""
    asked = st.session_state.get("ticker") or _first()
    try:
        ticker, complaint = parse_symbol(asked), None
    except BadSymbol as error:
        ticker, complaint = Symbol(""), str(error)
    return Choice(
        ticker=ticker,
        as_of=st.session_state.get("asof"),
        period=st.session_state.get("period") or "1y",  # None where an address has «?period=»
        scale=st.session_state.get("scale") or "linear",
        overlays=frozenset(st.session_state.get("overlays", DEFAULT_OVERLAYS)),
        source=st.session_state.get("source") or default_source(),
        basis=st.session_state.get("basis", "split-adjusted"),
        complaint=complaint,
    )
