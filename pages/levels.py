"""One ticker: its levels beside every analyst's target, in a picture, in words and in tables."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st
from market.sample import DISCLAIMER, SYMBOLS

from charts import png
from charts.levels_chart import levels_figure
from charts.palette import Theme
from indicators import notation
from indicators.analysis import Analysis, TooEarly, analyse
from indicators.levels import TECHNICAL, nearest
from indicators.read import technical_read
from indicators.targets import CurrentTarget
from market.errors import MarketError, UnknownSymbol
from market.feed import Answer, ask
from pages import sidebar
from pages.sidebar import SOURCE_NAMES, Choice
from pages.words import literal

# The read is prose, in the page's own type; on a phone the picture keeps a legible width and is swept sideways.
STYLE = """<style>
@media (min-width: 801px) { [data-testid="stMainBlockContainer"] { padding-top: 2.5rem; } }
.st-key-read :is(pre, code, code *) { font-family: inherit !important; font-size: 1rem !important; line-height: 1.55; }
.st-key-picture { overflow-x: auto; }
@media (max-width: 800px) { .st-key-picture > div { min-width: 860px; } }
</style>"""


LADDER_WIDTH, TARGETS_WIDTH = 520, 760  # side by side where both fit, else one above the other


@st.cache_data(ttl=60, max_entries=64, show_spinner=False)
def _ask(ticker: str, source: str, basis: str) -> Answer:
    return ask(ticker, source, basis)


def main() -> None:
    st.html(STYLE)
    wanted = sidebar.choice()
    shown = _shown(wanted)
    if shown is not None:
        _page(*shown)


def _shown(wanted: Choice) -> tuple[Choice, Answer] | None:
    """What can be shown: what was asked for, else what was shown last, with the reason above it."""
    if wanted.complaint:
        st.error(literal(wanted.complaint, 300), icon=":material/error:")
        return _last_shown()
    try:
        with st.spinner(f"Fetching {literal(wanted.ticker)} from {SOURCE_NAMES[wanted.source]}"):
            answer = _ask(wanted.ticker, wanted.source, wanted.basis)
    except UnknownSymbol as error:
        _unknown(wanted, error)
        return _last_shown()
    except MarketError as error:
        return _without_yahoo(wanted, error)
    st.session_state["shown"] = (wanted, answer)
    return wanted, answer


def _last_shown() -> tuple[Choice, Answer] | None:
    return st.session_state.get("shown")


def _unknown(wanted: Choice, error: UnknownSymbol) -> None:
    """The reason, and the symbols that come near, each a click away."""
    st.error(literal(str(error), 300), icon=":material/search_off:")
    matches = _near_matches(wanted.ticker) if wanted.source == "yahoo" else SYMBOLS
    if matches:
        st.caption("Did you mean")
        with st.container(horizontal=True):
            for match in matches:
                st.button(literal(match, 60), key=f"match {match}", on_click=_pick, args=(match,))


@st.cache_data(ttl=3600, max_entries=256, show_spinner=False)
def _near_matches(ticker: str) -> tuple[str, ...]:
    from market.yahoo import near_matches

    try:
        return tuple(each.symbol for each in near_matches(ticker))
    except MarketError:
        return ()


def _pick(ticker: str) -> None:
    st.session_state["ticker"] = ticker


def _without_yahoo(wanted: Choice, error: MarketError) -> tuple[Choice, Answer] | None:
    """Without an answer: the chart shown last, else at the first start the sample, said to be one."""
    last = _last_shown()
    offered = last is None and wanted.ticker in SYMBOLS
    more = " **Below is the built-in sample instead.**" if offered else ""
    st.error(f"{literal(str(error), 300)}.{more}", icon=":material/cloud_off:")
    with st.container(horizontal=True):
        st.button("Try again", icon=":material/refresh:")
        if not offered:
            st.button("Show the sample", icon=":material/science:", on_click=_show_sample)
    return (wanted, ask(wanted.ticker, "sample")) if offered else last


def _show_sample() -> None:
    st.session_state["source"] = "sample"
    if st.session_state.get("ticker") not in SYMBOLS:
        st.session_state["ticker"] = SYMBOLS[0]


def _page(choice: Choice, answer: Answer) -> None:
    try:
        analysis = analyse(answer.history, answer.targets, choice.as_of, choice.scale)
    except TooEarly as error:
        st.error(literal(str(error), 300), icon=":material/event_busy:")
        return
    if analysis.source == "sample":
        st.warning(f"**Sample, not market prices.** {literal(DISCLAIMER, 400)}", icon=":material/science:")
    for notice in (*answer.notices, *analysis.notes):
        st.info(literal(notice, 400), icon=":material/info:")
    if analysis.shortfalls:
        st.info(literal("; ".join(analysis.shortfalls), 400), icon=":material/hourglass_top:")
    _header(analysis)
    _read(analysis)
    _chart(analysis, choice)
    _tables(analysis)


def _header(analysis: Analysis) -> None:
    st.markdown(f"## {literal(analysis.symbol)}&ensp;{literal(analysis.name)}")
    state = "session in progress" if analysis.in_progress else "at the close"
    basis = "split-adjusted prices" if analysis.price_basis == "split-adjusted" else "prices adjusted for dividends too"
    source = "constructed sample" if analysis.source == "sample" else "Yahoo Finance"
    st.caption(f"As of {analysis.as_of:%A} {notation.day(analysis.as_of)}, {state}, {basis}, source: {source}")
    with st.container(horizontal=True, key="figures"):
        _figures(analysis)


def _figures(analysis: Analysis) -> None:
    change = None if analysis.change_pct is None else notation.percent(analysis.change_pct)
    st.metric("Price", _money(analysis, analysis.price), change)
    line = analysis.support
    if line is not None:
        st.metric(
            "Trendline support",
            _money(analysis, line.value),
            f"tentative, {line.status}" if line.tentative else line.status,
            delta_color="off",
            delta_arrow="off",
        )
    levels = [each for each in analysis.levels if each.kind in TECHNICAL]
    above = nearest(levels, "resistance")
    if above is not None:
        st.metric("Next resistance", _money(analysis, above.price), above.label, delta_color="off", delta_arrow="off")
    mean = analysis.consensus
    if mean is not None and mean.upside_pct is not None:
        figure = literal(notation.target(mean.mean, analysis.currency))
        st.metric("Consensus target", figure, notation.percent(mean.upside_pct))
    st.metric(
        "52-week high",
        _money(analysis, analysis.high_52w),
        f"low {_money(analysis, analysis.low_52w)}",
        delta_color="off",
        delta_arrow="off",
    )


def _money(analysis: Analysis, value: float) -> str:
    return literal(notation.price(value, analysis.currency, notation.decimals(analysis.price)))


def _read(analysis: Analysis) -> None:
    with st.container(key="read"):
        st.code(technical_read(analysis), language=None, wrap_lines=True)


def _chart(analysis: Analysis, choice: Choice) -> None:
    theme: Theme = "dark" if st.context.theme.type == "dark" else "light"
    with st.container(key="picture"):
        st.plotly_chart(
            levels_figure(analysis, choice.period, choice.overlays, theme),
            theme=None,
            config={
                "toImageButtonOptions": {"format": "png", "filename": _stem(analysis), "scale": 2},
                "displaylogo": False,
                "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d"],
            },
            alt=technical_read(analysis),
            key="levels-chart",
        )
    st.download_button(
        "Download PNG",
        data=lambda: png.png(levels_figure(analysis, choice.period, choice.overlays, theme, height=png.HEIGHT)),
        file_name=png.file_name(analysis),
        mime="image/png",
        icon=":material/download:",
        on_click="ignore",
        help=f"Drawn by the server at {png.WIDTH} x {png.HEIGHT} pixels, twice the size",
    )


def _stem(analysis: Analysis) -> str:
    return png.file_name(analysis).removesuffix(".png")


def _tables(analysis: Analysis) -> None:
    with st.container(horizontal=True, gap="medium"):
        with st.container(width=LADDER_WIDTH):
            st.subheader("Levels")
            _ladder(analysis)
        with st.container(width=TARGETS_WIDTH):
            st.subheader("Analyst targets")
            _targets(analysis)


def _ladder(analysis: Analysis) -> None:
    """Every technical level from the highest to the lowest, with the price among them."""
    levels = [each for each in analysis.levels if each.kind in TECHNICAL]
    marks = {id(nearest(levels, "support")): "nearest support", id(nearest(levels, "resistance")): "nearest resistance"}
    frame = pd.DataFrame(
        {
            "Level": [each.label for each in levels],
            "Price": [each.price for each in levels],
            "Role": [marks.get(id(each), each.role) for each in levels],
            "Away": [each.distance_pct for each in levels],
            "ATRs": [each.distance_atr for each in levels],
        }
    )
    st.dataframe(
        frame,
        hide_index=True,
        height=560,
        column_config={
            "Level": st.column_config.TextColumn(width=150),
            "Role": st.column_config.TextColumn(width=125),
            "Price": _money_column(analysis),
            "Away": st.column_config.NumberColumn(format="%+.1f%%", help="Of the price: above it is positive"),
            "ATRs": st.column_config.NumberColumn(
                format="%+.1f", help="Distance in average true ranges: how many usual days away it is"
            ),
        },
        key="ladder",
    )


def _targets(analysis: Analysis) -> None:
    """Each firm's standing target, the highest first."""
    rows = sorted(analysis.targets, key=lambda each: -each.target)
    if not rows:
        known = "The sample" if analysis.source == "sample" else "Yahoo Finance"
        st.caption(f"{known} has no analyst targets for {literal(analysis.symbol)}")
        return
    frame = pd.DataFrame(
        {
            "Firm": [each.firm for each in rows],
            "Rating": [each.rating for each in rows],
            "Change": [_what_changed(each) for each in rows],
            "Prior": [each.prior_target for each in rows],
            "Target": [each.target for each in rows],
            "Upside": [each.upside_pct for each in rows],
            "Day": [each.date for each in rows],
            "Analyst": [each.analyst for each in rows],
            "Note": ["; ".join(filter(None, (each.horizon, each.note))) for each in rows],
        }
    )
    frame = frame.dropna(axis="columns", how="all")
    st.dataframe(
        frame.loc[:, (frame != "").any()],
        hide_index=True,
        height="content" if len(rows) <= 16 else 600,
        column_config={
            "Prior": _money_column(analysis),
            "Target": _money_column(analysis),
            "Upside": st.column_config.NumberColumn(format="%+.1f%%", help="Target / price - 1"),
            "Day": st.column_config.DateColumn(format="D MMM YYYY"),
        },
        key="targets",
    )
    if analysis.consensus is not None:
        st.caption(_consensus_words(analysis))


def _money_column(analysis: Analysis) -> Any:
    return st.column_config.NumberColumn(format=f"%.{notation.decimals(analysis.price)}f")


def _what_changed(target: CurrentTarget) -> str:
    words = [target.action] if target.action in ("upgraded", "downgraded", "initiated") else []
    words += [f"target {target.change}"] if target.change else []
    return ", ".join([*words, *(["stale"] if target.stale else [])])


def _consensus_words(analysis: Analysis) -> str:
    mean = analysis.consensus
    assert mean is not None
    figures = [
        literal(notation.target(each, analysis.currency)) for each in (mean.mean, mean.median, mean.low, mean.high)
    ]
    firms = "1 firm" if mean.count == 1 else f"{mean.count} firms"
    return (
        f"Consensus of {firms}: mean {figures[0]}, median {figures[1]}, from {figures[2]} to {figures[3]}."
        " A target older than 365 days is stale and left out."
    )


main()
