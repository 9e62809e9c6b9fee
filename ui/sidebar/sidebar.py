"""The sidebar: of watchlist, ticker, as-of day, scale and source, what acts on the page. The address carries them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date as Date
from pathlib import Path
from typing import NoReturn

import streamlit as st

from charts.options import (
    DEFAULT_OVERLAYS,
    DEFAULT_PERIODS,
    OVERLAY_NAMES,
    PANE_NAMES,
    PERIODS,
    Highlight,
    Overlay,
    Period,
)
from indicators.analysis import Scale
from indicators.intervals.bar_units import Interval
from market.errors import BadSymbol
from market.price_history import PriceBasis
from market.source import SourceKey
from market.sources import SOURCES, default_source, offered_sources, source_title
from market.store.personal.sharing import EVERYONE
from market.store.store import get_store
from market.symbols import Symbol, parse_symbol
from tickers.request import AnalysisRequest
from ui import navigation
from ui.browser import window
from ui.sidebar import chart_time, own_targets, watchlist_picker
from ui.sidebar.chart_time import INTERVALS
from ui.sidebar.person import current_person

SCALES: tuple[Scale, ...] = ("linear", "log")
BASIS_NAMES: dict[PriceBasis, str] = {"split-adjusted": "Splits only", "dividend-adjusted": "Splits and dividends"}
# The widgets bound to the address
ADDRESS_KEYS = ("ticker", "period", "interval", "asof", "scale", "pane", "source", watchlist_picker.KEY)
HIGHLIGHT_PARAMETERS, HIGHLIGHT_KEY = ("level", "at"), "highlight-of"
PAGE_KEY, CHOICES_KEY, CARRIED_KEY = "page", "choices", "carried-over"
# By the pages' addresses: those where it changes what is shown
PAGES_OF_TODAY = {"alerts"}
PAGES_WITH_PERIOD, PAGES_WITH_SCALE = {"compare"}, {"watchlist", "compare", "evidence"}
FALLBACK_TICKER = "CIFR"  # where the open watchlist is empty


@dataclass(frozen=True)
class ViewOptions:
    """What the viewer selected in the sidebar; `ticker_error` says why the ticker typed cannot be one.

    `person`: whose private targets are shown; "" for a viewer without any, who sees what all others see.
    """

    ticker: Symbol
    as_of: Date | None
    period: Period
    interval: Interval
    scale: Scale
    overlays: frozenset[Overlay]
    source: SourceKey
    basis: PriceBasis
    ticker_error: str | None = None
    person: str = ""
    highlight: Highlight | None = None

    def analysis_request(self) -> AnalysisRequest:
        """Return the part of the options that the analyses of a list depend on: they are daily."""
        return AnalysisRequest(self.source, self.as_of, self.scale, self.basis, person=self.person)


def draw_sidebar(page: st.Page) -> None:
    """Draw the widgets that act on the page; `view_options()` reads all of them, on any page.

    The Levels page has those of time in its header.
    """
    _restore_choices(page)
    _normalize_address()
    is_levels = page.url_path == ""
    with st.sidebar:
        watchlist_picker.draw_picker()
        if is_levels:
            _draw_ticker()
            _forget_highlight_of_other_ticker()
        elif page.url_path not in PAGES_OF_TODAY:
            chart_time.draw_as_of()
        if page.url_path in PAGES_WITH_PERIOD:
            chart_time.draw_period()
        if is_levels or page.url_path in PAGES_WITH_SCALE:
            _draw_scale()
        if is_levels:
            _draw_overlays()
        _draw_price_options()
        if not is_levels or window.is_reported():  # it loads scripts that would delay those of the first chart
            own_targets.draw_own_targets()


def _restore_choices(page: st.Page) -> None:
    """Give the widgets of another page than before what was chosen on that one: Streamlit forgets it there."""
    kept = st.session_state.setdefault(CHOICES_KEY, {})
    kept.update({key: st.session_state[key] for key in ADDRESS_KEYS if key in st.session_state})
    if st.session_state.get(PAGE_KEY) != page.url_path:
        st.session_state[PAGE_KEY] = page.url_path
        st.session_state.update(kept)
    st.session_state.update(st.session_state.pop(CARRIED_KEY, {}))


def view_options() -> ViewOptions:
    """Return what the widgets say now."""
    typed = st.session_state.get("ticker") or st.query_params.get("ticker") or _first_ticker()
    try:
        ticker, error = parse_symbol(typed), None
    except BadSymbol as bad:
        ticker, error = Symbol(""), str(bad)
    return ViewOptions(
        ticker=ticker,
        as_of=st.session_state.get("asof"),
        period=st.session_state.get("period") or "1y",  # None where an address has "?period="
        interval=st.session_state.get("interval") or "1d",
        scale=st.session_state.get("scale") or "linear",
        overlays=frozenset(st.session_state.get("overlays", DEFAULT_OVERLAYS)) | _chosen_panes(),
        source=st.session_state.get("source") or default_source(),
        basis=st.session_state.get("basis", "split-adjusted"),
        ticker_error=error,
        person=_who_has_private_targets(),
        highlight=_highlight(),
    )


def _highlight() -> Highlight | None:
    """Return the level that the address names: `level=ema 50`, and in `at` where it stood."""
    key = st.query_params.get("level")
    try:
        price = float(st.query_params.get("at", "nan"))
    except ValueError:
        price = math.nan
    return Highlight(key, price if math.isfinite(price) else None) if key else None


def _forget_highlight_of_other_ticker() -> None:
    """Take the level out of the address once another ticker is looked at than that whose level it is."""
    key, ticker = st.query_params.get("level"), st.session_state.get("ticker")
    if key is None:
        return
    known_key, owner = st.session_state.setdefault(HIGHLIGHT_KEY, (key, ticker))
    if known_key == key and owner != ticker:
        for name in HIGHLIGHT_PARAMETERS:
            st.query_params.pop(name, None)
        del st.session_state[HIGHLIGHT_KEY]


def _chosen_panes() -> set[Overlay]:
    return {pane for pane, name in PANE_NAMES.items() if name == st.session_state.get("pane")}


def _who_has_private_targets() -> str:
    person = current_person()
    return person if person != EVERYONE and get_store().has_private_targets(person) else EVERYONE


def open_levels(ticker: str, highlight: Highlight | None = None) -> NoReturn:
    """Switch to the Levels page of `ticker`, with a level emphasized."""
    address = {"ticker": ticker}
    if highlight is not None:
        st.session_state[HIGHLIGHT_KEY] = (highlight.key, ticker)
        address |= {"level": highlight.key} | ({} if highlight.price is None else {"at": f"{highlight.price:.8g}"})
    open_page(navigation.LEVELS, address)


def open_page(page: Path, address: Mapping[str, str]) -> NoReturn:
    """Switch to a page at an address.

    The switch replaces the address, and with it the widgets that are bound to it, so their values are carried over:
    a widget that only the other page has would not write its value into the address by itself.
    """
    values = {key: st.session_state[key] for key in ADDRESS_KEYS if key in st.session_state}
    chosen = {key: value for key, value in address.items() if key in ADDRESS_KEYS}
    st.session_state[CARRIED_KEY] = values | chosen
    st.switch_page(page, query_params=address)


def _normalize_address() -> None:
    """Rewrite an address such as `?source=sample&scale=LOG` in the spelling of the widgets, before they are drawn.

    One that names an interval and no period gets the period that suits it.
    """
    given = {
        key: st.query_params[key] for key in ADDRESS_KEYS if key in st.query_params and key not in st.session_state
    }
    spelled = {key: _spellings(key).get(value.casefold(), value) for key, value in given.items()}
    interval = next((known for known in INTERVALS if known == spelled.get("interval")), None)
    if interval is not None and "period" not in {*given, *st.session_state}:
        spelled["period"] = DEFAULT_PERIODS[interval]
    if spelled != given:
        st.query_params.update(spelled)
        st.rerun()


def _spellings(key: str) -> dict[str, str]:
    """Return the option of a widget by each lower-case text that an address may give for it."""
    if key == "source":
        return {text.casefold(): source_title(source) for source in SOURCES for text in (source, source_title(source))}
    options = {
        "period": tuple(PERIODS),
        "interval": INTERVALS,
        "scale": SCALES,
        "pane": tuple(PANE_NAMES.values()),
        watchlist_picker.KEY: watchlist_picker.watchlist_labels(),
    }
    return {option.casefold(): option for option in options.get(key, ())}


def _draw_ticker() -> None:
    if "ticker" not in st.session_state:
        st.session_state["ticker"] = _first_ticker()
    st.selectbox(
        "Ticker",
        options=_ticker_options(),
        index=None,
        key="ticker",
        bind="query-params",
        accept_new_options=True,
        placeholder="Pick or type a symbol",
        help="Pick one, or type any Yahoo Finance symbol, such as ^GSPC, BRK-B or 0700.HK, and press Enter.",
    )


def _draw_scale() -> None:
    st.segmented_control(
        "Price scale",
        options=SCALES,
        default="linear",
        required=True,
        key="scale",
        bind="query-params",
    )


def _draw_overlays() -> None:
    st.pills(
        "Show",
        options=list(OVERLAY_NAMES),
        selection_mode="multi",
        default=[overlay for overlay in OVERLAY_NAMES if overlay in DEFAULT_OVERLAYS],
        format_func=OVERLAY_NAMES.__getitem__,
        key="overlays",
        persist_state="session",
    )
    st.segmented_control(
        "Momentum",
        options=list(PANE_NAMES.values()),
        key="pane",
        bind="query-params",
        help="RSI(14) or MACD(12, 26, 9), in a pane below the volume.",
    )


def _draw_price_options() -> None:
    st.segmented_control(
        "Source",
        options=_source_options(),
        default=default_source(),
        required=True,
        format_func=source_title,
        key="source",
        bind="query-params",
        help="The sample needs no network. It is demo data: its prices are not market prices.",
    )
    st.selectbox(
        "Prices adjusted for",
        options=list(BASIS_NAMES),
        format_func=BASIS_NAMES.__getitem__,
        key="basis",
        persist_state="session",
        help="Quoted levels and analyst targets are not adjusted for dividends: splits only makes prices comparable.",
    )


def _source_options() -> list[SourceKey]:
    """Return the sources on offer, and the one that the address or the session names."""
    named = {st.session_state.get("source"), st.query_params.get("source")}
    offered = offered_sources()
    return [key for key in SOURCES if key in offered or named & {key, source_title(key)}]


def _ticker_options() -> list[str]:
    """Return the open watchlist, plus the selected symbol if it is not on it: the box shows only what it lists."""
    symbols = watchlist_picker.current_watchlist().symbols
    selected = st.session_state.get("ticker") or st.query_params.get("ticker")
    return [*symbols, *([selected] if selected and selected not in symbols else [])]


def _first_ticker() -> str:
    return next(iter(watchlist_picker.current_watchlist().symbols), FALLBACK_TICKER)
