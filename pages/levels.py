"""The Levels page: one ticker's technical levels beside every analyst's target, as chart, summary and tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date as Date
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from charts.levels.chart import MIN_PAGE_WIDTH_PX, PHONE_WIDTH_PX
from exports.fonts import font_notice
from indicators.analysis import Analysis, TooEarly
from market.errors import MarketError, UnknownSymbol
from market.market_data import MarketData
from market.sample.sample import SYMBOLS
from market.sources import SOURCES, fetch, is_demo, near_matches
from text.escape import escape_markdown
from ui.browser import copy_button, window
from ui.components import chart, png_button, sample_notice
from ui.levels import level_evidence, level_ladder, significance, target_table
from ui.levels.export_menu import draw_export_menu
from ui.levels.header import Header
from ui.levels.shared_chart import draw_shared_chart
from ui.levels.skeleton import SHOWN_KEY, skeleton_until_loaded
from ui.levels.tiles import draw_tiles
from ui.loading import earnings
from ui.loading.one_ticker import load_newest_data, rerun_at, rerun_when_fetched, retry
from ui.loading.shared_views import shared_analysis, shared_sentences
from ui.sidebar import sidebar, watchlist_picker
from ui.sidebar.sidebar import ViewOptions

# The camera button and its neighbors, always visible on touch screens, stand below the sample's mark, not on it.
# Streamlit leaves the last chart below the new one until a run ends: it would push the tables down and up again.
STYLE = """<style>
[data-testid="stMainBlockContainer"] > [data-testid="stVerticalBlock"] { gap: 0.5rem; }
.st-key-header { min-height: 56px; row-gap: 0.25rem; padding-right: 2rem; }
.st-key-header-ticker { min-width: 0; }
.st-key-header-ticker :is(h1, p) { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; padding: 0; }
.st-key-header-ticker [data-testid="stMarkdownContainer"] { margin-bottom: 0; }
.st-key-header-ticker p { font-size: 0.75rem; }
.st-key-header-price [data-testid="stMetric"] { line-height: 1.2; }
.st-key-header :is(button, [data-testid="stDateInputField"]) { min-height: 2rem; height: 2rem; }
.st-key-header [data-testid="stButtonGroup"] button { padding: 0 0.5rem; font-size: 0.8125rem; }
.st-key-header-day [data-testid="stDateInput"] { width: 11rem; }
.st-key-header-day kbd { display: none; }
.st-key-lead { min-height: 40px; }
.st-key-tiles > div { flex: 1 1 0; min-width: 9rem; }
.st-key-tiles [data-testid="stMetric"] { line-height: 1.25; }
.st-key-picture > :nth-child(n+2) { display: none; }
.st-key-picture .modebar-container { top: 35px !important; }
@media (min-width: 801px) {
  [data-testid="stMainBlockContainer"] { padding-top: 0.5rem; }
  .st-key-lead { flex-wrap: nowrap; }
}
@media (max-width: 800px) {
  [data-testid="stMainBlockContainer"] { padding-top: 3.75rem; }
  .st-key-header { padding-right: 0; row-gap: 0.5rem; }
  .st-key-header > :first-child { min-width: 100%; }
  .st-key-header-bars { gap: 0.5rem; }
}
</style>"""

# Pixels of a window that header, first sentence and tiles take, and what a banner above the chart adds
ABOVE_CHART_PX, BANNER_PX = 216, 66
MIN_CHART_PX = 520
MAX_SUMMARY = 4000  # characters
MAX_CHOICES = 12  # tickers of a watchlist that are offered as buttons
Shown = tuple[ViewOptions, MarketData]


def main() -> None:
    st.html(STYLE)
    header = Header()
    messages = st.container(key="messages")  # always there, so that a message does not move the chart to a new place
    options = sidebar.view_options()
    with messages, skeleton_until_loaded():
        shown = _load_or_keep(options)
    if shown is not None:
        _draw_ticker(*shown, header, messages)
    else:
        header.draw_title_alone(options.ticker or "Levels")


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
    st.session_state[SHOWN_KEY] = (options, data)
    return options, data


def _last_shown() -> Shown | None:
    last: Shown | None = st.session_state.get(SHOWN_KEY)
    if last is not None:
        st.caption(f"Still showing {escape_markdown(last[0].ticker)} below.")
    return last


def _draw_unknown_symbol(options: ViewOptions, error: UnknownSymbol) -> None:
    """Draw the reason, and a button for each similar symbol."""
    st.error(escape_markdown(str(error), 300), icon=":material/search_off:")
    _draw_choices("Did you mean:", _near_matches(options.ticker, options.source), "match")
    if SHOWN_KEY not in st.session_state:
        watchlist = watchlist_picker.current_watchlist()
        listed = [(symbol, "") for symbol in watchlist.symbols[:MAX_CHOICES]]
        _draw_choices(f"On the watchlist {escape_markdown(watchlist.name)}:", listed, "listed")


def _draw_choices(question: str, choices: Sequence[tuple[str, str]], kind: str) -> None:
    """Draw a button for each symbol, with its name where that is known."""
    if choices:
        st.caption(question)
        with st.container(horizontal=True):
            for symbol, name in choices:
                label = escape_markdown(f"{symbol} · {name}" if name else symbol, 60)
                st.button(label, key=f"{kind} {symbol}", on_click=_select_ticker, args=(symbol,))


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
    first = SHOWN_KEY not in st.session_state and options.ticker in SYMBOLS and not SOURCES[options.source].is_local
    more = " **Showing the built-in sample instead.**" if first else ""
    st.error(f"{escape_markdown(str(error), 300)}.{more}", icon=":material/cloud_off:")
    with st.container(horizontal=True):
        st.button("Try again", icon=":material/refresh:")
        if not first:
            sample_notice.draw_sample_button("levels-sample")
    return (options, fetch(options.ticker, "sample", person=options.person)) if first else _last_shown()


def _draw_ticker(options: ViewOptions, data: MarketData, header: Header, messages: DeltaGenerator) -> None:
    try:
        analysis = shared_analysis(data, options.as_of, options.scale, options.interval)
    except TooEarly as error:
        header.draw_title_alone(options.ticker)
        messages.error(escape_markdown(str(error), 300), icon=":material/event_busy:")
        return
    header.draw(analysis, data)
    with messages:
        _draw_notices(options, data, analysis)
    sentences = shared_sentences(analysis)
    above = [partial(_draw_lead, analysis, options, sentences[0]), partial(draw_tiles, analysis)]
    draw_chart = partial(_draw_chart, analysis, options, " ".join(sentences))
    is_phone = window.current_window().is_phone
    for draw in [draw_chart, *above] if is_phone else [*above, draw_chart]:
        draw()
    window.draw_reporter(options.ticker)
    if not window.is_reported():
        return
    parts = [
        partial(_draw_summary, analysis, " ".join(sentences)),
        partial(_draw_ladder, analysis),
        partial(_draw_targets, analysis, data, options),
    ]
    for draw in parts[::-1] if is_phone else parts:
        draw()
    earnings.refresh_after_the_chart(options, data)


def _draw_lead(analysis: Analysis, options: ViewOptions, sentence: str) -> None:
    """Draw the first sentence of the summary and, once the chart is there, the exports beside it."""
    with st.container(horizontal=True, vertical_alignment="center", key="lead"):
        st.markdown(escape_markdown(sentence, MAX_SUMMARY), width="stretch")
        if window.is_reported():
            with st.container(width="content"):
                draw_export_menu(analysis, options)


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


def _draw_chart(analysis: Analysis, options: ViewOptions, summary: str) -> None:
    """Draw the chart as high as the window leaves; on a phone without the rail, whose targets are listed below it."""
    seen, theme = window.current_window(), chart.theme()
    banners = BANNER_PX if is_demo(analysis.source) else 0
    height = max(seen.height - ABOVE_CHART_PX - banners, MIN_CHART_PX)
    width = PHONE_WIDTH_PX if seen.is_phone else MIN_PAGE_WIDTH_PX
    st.html(f"<style>.st-key-picture {{ min-height: {height}px; }}</style>")
    with st.container(key="picture"):
        draw_shared_chart(analysis, options.period, options.overlays, theme, height, width, summary, options.highlight)
    if (notice := _font_notice(analysis, analysis.symbol, analysis.source, analysis.as_of)) is not None:
        st.caption(escape_markdown(notice, 300))


@st.cache_data(ttl=png_button.RECHECK_SECONDS, max_entries=256, show_spinner=False)
def _font_notice(_analysis: Analysis, symbol: str, source: str, as_of: Date) -> str | None:
    """Ask the computer for its fonts now and then, not at every run of the page."""
    return font_notice(_analysis)


def _draw_summary(analysis: Analysis, summary: str) -> None:
    st.subheader("Summary", anchor=False)
    with st.container(key="summary"):
        st.markdown(escape_markdown(summary, MAX_SUMMARY))
    with st.container(horizontal=True):
        copy_button.draw_copy_button("Copy", summary, "summary-copy")
        with st.container(width="content"):
            significance.draw_significance(analysis)
        level_evidence.draw_level_evidence(analysis)


def _draw_ladder(analysis: Analysis) -> None:
    st.subheader("Levels", anchor=False)
    level_ladder.draw_ladder(analysis)


def _draw_targets(analysis: Analysis, data: MarketData, options: ViewOptions) -> None:
    st.subheader("Analyst targets", anchor=False)
    is_today = options.as_of is None or options.as_of >= Date.today()
    target_table.draw_target_table(analysis, data.consensus, is_today)


main()
