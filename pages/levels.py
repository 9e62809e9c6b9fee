"""One ticker: its levels beside every analyst's target, in a picture, in words and in tables."""

from __future__ import annotations

from datetime import date as Date
from typing import Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from charts.levels.chart import levels_figure, levels_picture
from charts.palette import Theme
from exports import png
from indicators.analysis import Analysis, TooEarly
from indicators.summary.summary import technical_read
from market.errors import MarketError, UnknownSymbol
from market.market_data import MarketData
from market.sample.sample import SYMBOLS
from market.sources import SOURCES, fetch, is_demo, near_matches
from text import numbers
from text.escape import escape_markdown
from tickers.request import analyse_market_data
from ui.components import chart, level_ladder, metric, png_button, sample_notice, significance, target_table
from ui.components.source_phrase import source_phrase
from ui.loading.one_ticker import ask_again, newest_data, watch, watch_the_clock
from ui.sidebar import sidebar
from ui.sidebar.sidebar import Choice

# The read is prose, in the page's own type; on a phone the picture keeps a legible width, and is swept sideways,
# beginning at the right, where the newest prices, the names of the levels and the targets are.
# The camera and its neighbours, always there under a thumb, stand below the sample's mark, not on it.
# Streamlit leaves the last picture below the new one until a run ends: it would push the tables down and up again.
STYLE = """<style>
@media (min-width: 801px) { [data-testid="stMainBlockContainer"] { padding: 2.25rem 1.75rem 3rem; } }
[data-testid="stMainBlockContainer"] h2 { font-size: 1.6rem; padding: 0 0 1rem; }
.st-key-read :is(pre, code, code *) { font-family: inherit !important; font-size: 1rem !important; line-height: 1.55; }
.st-key-picture { overflow-x: auto; min-height: 780px; }
.st-key-picture > :nth-child(n+2) { display: none; }
.st-key-picture .modebar-container { top: 35px !important; }
@media (max-width: 800px) {
  .st-key-picture { direction: rtl; }
  .st-key-picture > div { direction: ltr; min-width: 940px; }
}
</style>"""

PICTURE_FIRST = 0.5  # seconds
Direction = tuple[Literal["green", "red", "off"], Literal["up", "down", "off"]]
DIRECTIONS: dict[str, Direction] = {"+": ("green", "up"), "−": ("red", "down")}
STILL: Direction = ("off", "off")
Shown = tuple[Choice, MarketData]


def main() -> None:
    st.html(STYLE)
    messages = st.container(key="messages")  # always there: what comes and goes in it leaves the chart in its place
    with messages:
        shown = _shown(sidebar.choice())
    if shown is not None:
        _page(*shown, messages)


def _shown(wanted: Choice) -> Shown | None:
    """What can be shown: what was asked for, else what was shown last, with the reason above it."""
    if wanted.complaint:
        st.error(escape_markdown(wanted.complaint, 300), icon=":material/error:")
        return _last_shown()
    try:
        answer, newer_coming = newest_data(wanted)
    except UnknownSymbol as error:
        _unknown(wanted, error)
        return _last_shown()
    except MarketError as error:
        return _without_yahoo(wanted, error)
    if newer_coming:
        watch(wanted)
    elif answer.retry_at is not None:
        watch_the_clock(wanted, answer.retry_at)
    st.session_state["shown"] = (wanted, answer)
    return wanted, answer


def _last_shown() -> Shown | None:
    last: Shown | None = st.session_state.get("shown")
    if last is not None:
        st.caption(f"Below is still {escape_markdown(last[0].ticker)}.")
    return last


def _unknown(wanted: Choice, error: UnknownSymbol) -> None:
    """The reason, and the symbols that come near, each a click away."""
    st.error(escape_markdown(str(error), 300), icon=":material/search_off:")
    matches = _near_matches(wanted.ticker, wanted.source)
    if matches:
        st.caption("Did you mean")
        with st.container(horizontal=True):
            for symbol, name in matches:
                label = escape_markdown(f"{symbol} · {name}" if name else symbol, 60)
                st.button(label, key=f"match {symbol}", on_click=_pick, args=(symbol,))


@st.cache_data(ttl=3600, max_entries=256, show_spinner=False)
def _near_matches(ticker: str, source: str) -> tuple[tuple[str, str], ...]:
    try:
        return tuple((match.symbol, match.name) for match in near_matches(ticker, source))
    except MarketError:
        return ()


def _pick(ticker: str) -> None:
    st.session_state["ticker"] = ticker


def _without_yahoo(wanted: Choice, error: MarketError) -> Shown | None:
    """Without an answer: the chart shown last, else at the first start the sample, said to be one."""
    is_first = "shown" not in st.session_state
    first = is_first and wanted.ticker in SYMBOLS and not SOURCES[wanted.source].is_local
    more = " **Below is the built-in sample instead.**" if first else ""
    st.error(f"{escape_markdown(str(error), 300)}.{more}", icon=":material/cloud_off:")
    with st.container(horizontal=True):
        st.button("Try again", icon=":material/refresh:")
        if not first:
            sample_notice.offer("levels-sample")
    return (wanted, fetch(wanted.ticker, "sample")) if first else _last_shown()


def _page(choice: Choice, answer: MarketData, messages: DeltaGenerator) -> None:
    with messages:
        try:
            analysis = _analysed(answer, choice)
        except TooEarly as error:
            st.error(escape_markdown(str(error), 300), icon=":material/event_busy:")
            return
        _notices(choice, answer, analysis)
    _header(analysis)
    read = technical_read(analysis)
    _chart(analysis, choice, read)
    if "picture-seen" not in st.session_state:
        _then_the_rest()
        return
    _words_and_ladder(analysis, read)
    st.subheader("Analyst targets", anchor=False)
    target_table.draw(analysis, answer.consensus, choice.as_of is None or choice.as_of >= Date.today())


@st.fragment(run_every=PICTURE_FIRST)
def _then_the_rest() -> None:
    """The tables bring scripts half as large as the picture's: at a viewer's first run they would keep it waiting."""
    if st.session_state.get("picture-sent"):
        st.session_state["picture-seen"] = True
        st.rerun()
    st.session_state["picture-sent"] = True


def _analysed(answer: MarketData, choice: Choice) -> Analysis:
    """The analysis of this answer: kept while only its drawing changes, since answers are never changed in place."""
    asked = (choice.as_of, choice.scale)
    kept = st.session_state.get("analysed")
    if kept is not None and kept[0] is answer and kept[1] == asked:
        return kept[2]
    analysis = analyse_market_data(answer, *asked)
    st.session_state["analysed"] = (answer, asked, analysis)
    return analysis


def _notices(choice: Choice, answer: MarketData, analysis: Analysis) -> None:
    if is_demo(analysis.source):
        sample_notice.draw()
    for notice in answer.notices:
        st.info(escape_markdown(notice, 400), icon=":material/schedule:")
    if answer.notices:
        st.button("Ask again", icon=":material/refresh:", on_click=ask_again, args=(choice,))
    if analysis.notes:
        st.info("\n\n".join(escape_markdown(note, 400) for note in analysis.notes), icon=":material/rule:")
    if analysis.shortfalls:
        st.info(escape_markdown("; ".join(analysis.shortfalls), 400), icon=":material/hourglass_top:")


def _header(analysis: Analysis) -> None:
    of_day = "" if analysis.session == analysis.as_of else f" of {numbers.format_day(analysis.session)}"
    state = f"session{of_day} in progress" if analysis.in_progress else f"at the close{of_day}"
    basis = "split-adjusted prices" if analysis.price_basis == "split-adjusted" else "prices adjusted for dividends too"
    with st.container(gap="xxsmall"):
        st.header(f"{escape_markdown(analysis.symbol)}&ensp;{escape_markdown(analysis.name)}", anchor=False)
        day = f"{analysis.as_of:%A} {numbers.format_day(analysis.as_of)}"
        st.caption(f"As of {day}, {state}, {basis}, source: {source_phrase(analysis.source)}")
    with st.container(horizontal=True, key="figures"):
        _figures(analysis)


def _figures(analysis: Analysis) -> None:
    _moving_metric("Price", _money(analysis, analysis.price), analysis.change_pct)
    line = analysis.support
    if line is not None:
        metric.draw_plain_metric(
            "Trendline support",
            _money(analysis, line.value),
            f"tentative, {line.status}" if line.tentative else line.status,
        )
    for name, level in (("Next support", analysis.nearest_support), ("Next resistance", analysis.nearest_resistance)):
        if level is not None:
            metric.draw_plain_metric(name, _money(analysis, level.price), level.label)
    mean = analysis.consensus
    if mean is not None:
        figure = escape_markdown(numbers.format_target(mean.mean, analysis.currency))
        _moving_metric("Consensus target", figure, mean.upside_pct)
    metric.draw_plain_metric(
        "52-week high", _money(analysis, analysis.high_52w), f"low {_money(analysis, analysis.low_52w)}"
    )


def _moving_metric(name: str, figure: str, change_pct: float | None) -> None:
    """The change in its colour: Streamlit's own reads «−», which is no hyphen, as a rise."""
    change = None if change_pct is None else numbers.format_percent(change_pct)
    colour, arrow = DIRECTIONS.get((change or "0")[0], STILL)
    st.metric(name, figure, change, delta_color=colour, delta_arrow=arrow)


def _money(analysis: Analysis, value: float) -> str:
    return escape_markdown(numbers.format_price(value, analysis.currency, numbers.price_decimals(analysis.price)))


def _chart(analysis: Analysis, choice: Choice, read: str) -> None:
    theme = chart.theme()
    with st.container(key="picture"):
        figure = levels_figure(analysis, choice.period, choice.overlays, theme)
        chart.draw(figure, png.file_name(analysis).removesuffix(".png"), read, "levels-chart")
    _download(analysis, choice, theme, read)


@st.fragment
def _download(analysis: Analysis, choice: Choice, theme: Theme, read: str) -> None:
    """Drawn when asked for, and again by the server: a browser's own picture is the camera button's."""

    def drawn() -> bytes:
        caption = read if with_read else ""
        return png.render_png(levels_picture(analysis, choice.period, choice.overlays, theme, caption))

    with st.container(horizontal=True, vertical_alignment="center"):
        slot = st.container(width="content")
        with_read = st.checkbox("with the read beneath", key="png-read", persist_state="session")
    size = f"Drawn by the server at {png.WIDTH} x {png.HEIGHT} pixels, twice the size"
    png_button.draw(slot, drawn, png.file_name(analysis), "png", size)


def _words_and_ladder(analysis: Analysis, read: str) -> None:
    levels, words = st.columns([21, 19], gap="medium")
    with levels:
        st.subheader("Levels", anchor=False)
        level_ladder.draw(analysis)
    with words:
        st.subheader("In words", anchor=False)
        with st.container(key="read"):
            st.code(read, language=None, wrap_lines=True)
        significance.draw(analysis)


main()
