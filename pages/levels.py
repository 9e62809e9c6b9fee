"""The Levels page: one ticker's technical levels beside every analyst's target, as chart, summary and tables."""

from __future__ import annotations

from datetime import date as Date
from typing import Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from charts.levels.chart import levels_figure
from charts.palette import Theme
from exports import png
from exports.album import PictureOptions, draw_png
from exports.fonts import font_notice
from indicators.analysis import Analysis, TooEarly
from indicators.analysts.target_notes import age_phrase
from indicators.levels import Level
from indicators.summary.summary import technical_read
from market.errors import MarketError, UnknownSymbol
from market.market_data import MarketData
from market.sample.sample import SYMBOLS
from market.sources import SOURCES, fetch, near_matches
from text import numbers
from text.escape import escape_markdown
from tickers.request import analyse_market_data
from ui.browser import copy_button, window
from ui.components import chart, level_evidence, level_ladder, png_button, sample_notice, significance, target_table
from ui.components.metric import draw_metric_with_note
from ui.components.source_phrase import source_phrase
from ui.loading import earnings
from ui.loading.one_ticker import load_newest_data, rerun_at, rerun_when_fetched, retry
from ui.sidebar import sidebar
from ui.sidebar.sidebar import ViewOptions

# On a phone the chart keeps a legible width and scrolls sideways,
# starting at the right, where the newest prices, the names of the levels and the targets are.
# The camera button and its neighbors, always visible on touch screens, stand below the sample's mark, not on it.
# Streamlit leaves the last chart below the new one until a run ends: it would push the tables down and up again.
STYLE = """<style>
@media (min-width: 801px) { [data-testid="stMainBlockContainer"] { padding: 2.25rem 1.75rem 3rem; } }
[data-testid="stMainBlockContainer"] h2 { font-size: 1.6rem; padding: 0 0 1rem; }
.st-key-picture { overflow-x: auto; min-height: 780px; }
.st-key-picture > :nth-child(n+2) { display: none; }
.st-key-picture .modebar-container { top: 35px !important; }
@media (max-width: 800px) {
  .st-key-picture { direction: rtl; }
  .st-key-picture > div { direction: ltr; min-width: 940px; }
}
</style>"""

Direction = tuple[Literal["green", "red", "off"], Literal["up", "down", "off"]]
DIRECTIONS: dict[str, Direction] = {"+": ("green", "up"), "−": ("red", "down")}
MAX_SUMMARY = 4000  # characters
NO_DIRECTION: Direction = ("off", "off")
Shown = tuple[ViewOptions, MarketData]


def main() -> None:
    st.html(STYLE)
    messages = st.container(key="messages")  # always there, so that a message does not move the chart to a new place
    with messages:
        shown = _load_or_keep(sidebar.view_options())
    if shown is not None:
        _draw_ticker(*shown, messages)


def _load_or_keep(options: ViewOptions) -> Shown | None:
    """Return the ticker selected, or else the one shown last, and draw the reason."""
    if options.ticker_error:
        st.error(escape_markdown(options.ticker_error, 300), icon=":material/error:")
        return _last_shown()
    try:
        data, newer_is_coming = load_newest_data(options)
    except UnknownSymbol as error:
        _draw_unknown_symbol(options, error)
        return _last_shown()
    except MarketError as error:
        return _sample_or_last_shown(options, error)
    if newer_is_coming:
        rerun_when_fetched(options)
    elif data.retry_at is not None:
        rerun_at(options, data.retry_at)
    st.session_state["shown"] = (options, data)
    return options, data


def _last_shown() -> Shown | None:
    last: Shown | None = st.session_state.get("shown")
    if last is not None:
        st.caption(f"Still showing {escape_markdown(last[0].ticker)} below.")
    return last


def _draw_unknown_symbol(options: ViewOptions, error: UnknownSymbol) -> None:
    """Draw the reason, and a button for each similar symbol."""
    st.error(escape_markdown(str(error), 300), icon=":material/search_off:")
    matches = _near_matches(options.ticker, options.source)
    if matches:
        st.caption("Did you mean:")
        with st.container(horizontal=True):
            for symbol, name in matches:
                label = escape_markdown(f"{symbol} · {name}" if name else symbol, 60)
                st.button(label, key=f"match {symbol}", on_click=_select_ticker, args=(symbol,))


@st.cache_data(ttl=3600, max_entries=256, show_spinner=False)
def _near_matches(ticker: str, source: str) -> tuple[tuple[str, str], ...]:
    try:
        return tuple((match.symbol, match.name) for match in near_matches(ticker, source))
    except MarketError:
        return ()


def _select_ticker(ticker: str) -> None:
    st.session_state["ticker"] = ticker


def _sample_or_last_shown(options: ViewOptions, error: MarketError) -> Shown | None:
    """Draw the error and return the ticker shown last; if there is none, the sample of the same ticker."""
    first = "shown" not in st.session_state and options.ticker in SYMBOLS and not SOURCES[options.source].is_local
    more = " **Showing the built-in sample instead.**" if first else ""
    st.error(f"{escape_markdown(str(error), 300)}.{more}", icon=":material/cloud_off:")
    with st.container(horizontal=True):
        st.button("Try again", icon=":material/refresh:")
        if not first:
            sample_notice.draw_sample_button("levels-sample")
    return (options, fetch(options.ticker, "sample")) if first else _last_shown()


def _draw_ticker(options: ViewOptions, data: MarketData, messages: DeltaGenerator) -> None:
    with messages:
        try:
            analysis = _analyze(data, options)
        except TooEarly as error:
            st.error(escape_markdown(str(error), 300), icon=":material/event_busy:")
            return
        _draw_notices(options, data, analysis)
    _draw_header(analysis)
    summary = technical_read(analysis)
    _draw_chart(analysis, options, summary)
    window.draw_reporter()
    if not window.is_reported():
        return
    _draw_ladder_and_summary(analysis, summary)
    st.subheader("Analyst targets", anchor=False)
    is_today = options.as_of is None or options.as_of >= Date.today()
    target_table.draw_target_table(analysis, data.consensus, is_today)
    earnings.refresh_after_the_chart(options, data)


def _analyze(data: MarketData, options: ViewOptions) -> Analysis:
    """Analyze `data`, or return the last analysis if only its drawing changes: `data` is never changed in place."""
    arguments = (options.as_of, options.scale, options.interval)
    last = st.session_state.get("last-analysis")
    if last is not None and last[0] is data and last[1] == arguments:
        return last[2]
    analysis = analyse_market_data(data, *arguments)
    st.session_state["last-analysis"] = (data, arguments, analysis)
    return analysis


def _draw_notices(options: ViewOptions, data: MarketData, analysis: Analysis) -> None:
    sample_notice.draw_demo_notice(analysis.source)
    for notice in data.notices:
        st.info(escape_markdown(notice, 400), icon=":material/schedule:")
    if data.notices:
        st.button("Retry now", icon=":material/refresh:", on_click=retry, args=(options,))
    if analysis.notes:
        st.info("\n\n".join(escape_markdown(note, 400) for note in analysis.notes), icon=":material/rule:")
    if analysis.shortfalls:
        st.info(escape_markdown("; ".join(analysis.shortfalls), 400), icon=":material/hourglass_top:")


def _draw_header(analysis: Analysis) -> None:
    of_day = "" if analysis.session == analysis.as_of else f" of {numbers.format_day(analysis.session)}"
    state = f"session{of_day} in progress" if analysis.in_progress else f"at the close{of_day}"
    if analysis.interval != "1d":
        running = f", {analysis.unit.bar} in progress" if analysis.bar_in_progress else ""
        state = f"{analysis.unit.of_chart} bars, {state}{running}"
    basis = "split-adjusted prices" if analysis.price_basis == "split-adjusted" else "dividend-adjusted prices"
    with st.container(gap="xxsmall"):
        st.header(f"{escape_markdown(analysis.symbol)}&ensp;{escape_markdown(analysis.name)}", anchor=False)
        day = f"{analysis.as_of:%A} {numbers.format_day(analysis.as_of)}"
        st.caption(f"As of {day}, {state}, {basis}, source: {source_phrase(analysis.source)}")
    with st.container(horizontal=True, key="figures"):
        _draw_figures(analysis)


def _draw_figures(analysis: Analysis) -> None:
    traded = analysis.last_traded
    label = "Price" if traded is None else f"Price, last traded {numbers.format_day(traded)}"
    if analysis.unit.of_change:
        label = f"{label}, change{analysis.unit.of_change}"
    _draw_metric_with_change(label, _format_price(analysis, analysis.price), analysis.change_pct)
    line = analysis.support
    if line is not None:
        draw_metric_with_note(
            "Trendline support",
            _format_price(analysis, line.value),
            f"tentative, {line.status}" if line.tentative else line.status,
        )
    else:
        draw_metric_with_note("Trendline support", "none", "no rising line in reach")
    for name, level in _next_levels(analysis):
        if level is not None:
            draw_metric_with_note(name, _format_price(analysis, level.price), level.label)
    consensus = analysis.consensus
    if consensus is not None:
        figure = escape_markdown(analysis.price_format.target(consensus.mean))
        age = f" ({age_phrase(consensus)})" if consensus.is_old else ""
        _draw_metric_with_change(f"Consensus target{age}", figure, consensus.upside_pct)
    draw_metric_with_note(
        "52-week high", _format_price(analysis, analysis.high_52w), f"low {_format_price(analysis, analysis.low_52w)}"
    )


def _next_levels(analysis: Analysis) -> list[tuple[str, Level | None]]:
    """Return the levels that the price is at, if any, and the next one on each side, each with its name."""
    at = [("At", level) for level in analysis.levels_at_price[:1]]
    return [*at, ("Next support", analysis.nearest_support), ("Next resistance", analysis.nearest_resistance)]


def _draw_metric_with_change(name: str, figure: str, change_pct: float | None) -> None:
    """Draw the change in its color: Streamlit alone takes a minus sign, which is not a hyphen, for a rise."""
    change = None if change_pct is None else numbers.format_percent(change_pct)
    color, arrow = DIRECTIONS.get((change or "0")[0], NO_DIRECTION)
    st.metric(name, figure, change, delta_color=color, delta_arrow=arrow)


def _format_price(analysis: Analysis, value: float) -> str:
    return escape_markdown(analysis.price_format.price(value))


def _draw_chart(analysis: Analysis, options: ViewOptions, summary: str) -> None:
    theme = chart.theme()
    with st.container(key="picture"):
        figure = levels_figure(analysis, options.period, options.overlays, theme)
        chart.draw_chart(figure, png.file_name(analysis).removesuffix(".png"), summary, "levels-chart")
    _draw_download(analysis, options, theme)


@st.fragment
def _draw_download(analysis: Analysis, options: ViewOptions, theme: Theme) -> None:
    """Draw the button for a PNG rendered by the server; that of the browser is the chart's camera button."""

    def render() -> bytes:
        return draw_png(analysis, PictureOptions(options.period, options.overlays, theme, include_commentary))

    with st.container(horizontal=True, vertical_alignment="center"):
        slot = st.container(width="content")
        include_commentary = st.checkbox("Include commentary", key="png-commentary", persist_state="session")
    size = f"Drawn by the server at {png.WIDTH} x {png.HEIGHT} pixels, at double resolution"
    png_button.draw_png_button(slot, render, png.file_name(analysis), "png", size)
    if (notice := _font_notice(analysis, analysis.symbol, analysis.source, analysis.as_of)) is not None:
        st.caption(escape_markdown(notice, 300))


@st.cache_data(ttl=png_button.RECHECK_SECONDS, max_entries=256, show_spinner=False)
def _font_notice(_analysis: Analysis, symbol: str, source: str, as_of: Date) -> str | None:
    """Ask the computer for its fonts now and then, not at every run of the page."""
    return font_notice(_analysis)


def _draw_ladder_and_summary(analysis: Analysis, summary: str) -> None:
    left, right = st.columns([23, 17], gap="medium")
    with left:
        st.subheader("Levels", anchor=False)
        level_ladder.draw_ladder(analysis)
    with right:
        st.subheader("Summary", anchor=False)
        with st.container(key="summary"):
            st.markdown(escape_markdown(summary, MAX_SUMMARY))
            copy_button.draw_copy_button("Copy", summary, "summary-copy")
        with st.container(horizontal=True):
            significance.draw_significance(analysis)
            level_evidence.draw_level_evidence(analysis)


main()
