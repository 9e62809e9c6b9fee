"""One ticker: its levels beside every analyst's target, in a picture, in words and in tables."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from charts import png
from charts.levels_chart import levels_figure
from indicators import notation
from indicators.analysis import Analysis, TooEarly, analyse
from indicators.read import technical_read
from market.errors import MarketError, UnknownSymbol, YahooUnreachable
from market.feed import Answer, ask
from market.sample import DISCLAIMER, SYMBOLS
from pages import sidebar
from pages.sidebar import Choice
from pages.words import literal


@st.cache_data(ttl=60, max_entries=64, show_spinner=False)
def _ask(ticker: str, source: str, basis: str) -> Answer:
    return ask(ticker, source, basis)


def main() -> None:
    wanted = sidebar.choice()
    shown = _shown(wanted)
    if shown is not None:
        _page(*shown)


def _shown(wanted: Choice) -> tuple[Choice, Answer] | None:
    """What can be shown: what was asked for, else what was shown last, with the reason above it."""
    if wanted.complaint:
        st.error(literal(wanted.complaint, 300), icon=":material/error:")
        return st.session_state.get("shown")
    try:
        with st.spinner(f"Fetching {literal(wanted.ticker)}"):
            answer = _ask(wanted.ticker, wanted.source, wanted.basis)
    except YahooUnreachable as error:
        return _without_network(wanted, error)
    except UnknownSymbol as error:
        st.error(literal(str(error), 300), icon=":material/search_off:")
        return st.session_state.get("shown")
    except MarketError as error:
        st.error(literal(str(error), 300), icon=":material/cloud_off:")
        return st.session_state.get("shown")
    st.session_state["shown"] = (wanted, answer)
    return wanted, answer


def _without_network(wanted: Choice, error: MarketError) -> tuple[Choice, Answer] | None:
    st.error(f"{literal(str(error), 300)}", icon=":material/cloud_off:")
    if wanted.ticker in SYMBOLS:
        return wanted, ask(wanted.ticker, "sample")
    return st.session_state.get("shown")


def _page(choice: Choice, answer: Answer) -> None:
    try:
        analysis = analyse(answer.history, answer.targets, choice.as_of, choice.scale)
    except TooEarly as error:
        st.error(literal(str(error), 300), icon=":material/event_busy:")
        return
    if analysis.source == "sample":
        st.warning(f"**Sample data.** {literal(DISCLAIMER, 400)}", icon=":material/science:")
    for notice in (*answer.notices, *analysis.notes, *analysis.shortfalls):
        st.info(literal(notice, 400))
    _header(analysis)
    _read(analysis)
    _chart(analysis, choice)
    _tables(analysis)


def _header(analysis: Analysis) -> None:
    places = notation.decimals(analysis.price)

    def money(value: float | None) -> str:
        return "–" if value is None else literal(notation.price(value, analysis.currency, places))

    name, price, support, consensus, year = st.columns([2.2, 1, 1, 1, 1.3])
    name.markdown(f"### {literal(analysis.symbol)}  {literal(analysis.name)}")
    state = "session in progress" if analysis.in_progress else "close"
    name.caption(f"As of {analysis.as_of:%a %-d %b %Y}, {state}. {_source_words(analysis)}")
    change = None if analysis.change_pct is None else notation.percent(analysis.change_pct)
    price.metric("Price", money(analysis.price), change)
    line = next(iter(analysis.trendlines), None)
    support.metric("Trendline support", money(line.value if line and line.side == "support" else None))
    mean = analysis.consensus
    consensus.metric(
        "Consensus target",
        "–" if mean is None else literal(notation.target(mean.mean, analysis.currency)),
        None if mean is None or mean.upside_pct is None else notation.percent(mean.upside_pct),
    )
    year.metric("52-week range", f"{money(analysis.low_52w)} – {money(analysis.high_52w)}")


def _source_words(analysis: Analysis) -> str:
    return "Constructed sample." if analysis.source == "sample" else "Source: Yahoo Finance."


def _read(analysis: Analysis) -> None:
    st.code(technical_read(analysis), language=None, wrap_lines=True)


def _chart(analysis: Analysis, choice: Choice) -> None:
    theme = "dark" if st.context.theme.type == "dark" else "light"
    figure = levels_figure(analysis, choice.period, choice.overlays, theme)
    stem = png.file_name(analysis).removesuffix(".png")
    st.plotly_chart(
        figure,
        theme=None,
        config={
            "toImageButtonOptions": {"format": "png", "filename": stem, "scale": 2},
            "displaylogo": False,
            "scrollZoom": False,
            "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d"],
        },
        key="levels-chart",
    )
    st.download_button(
        "Download PNG",
        data=lambda: png.png(levels_figure(analysis, choice.period, choice.overlays, theme, height=png.HEIGHT)),
        file_name=png.file_name(analysis),
        mime="image/png",
        icon=":material/download:",
        on_click="ignore",
    )


def _tables(analysis: Analysis) -> None:
    ladder, targets = st.columns(2)
    with ladder:
        st.subheader("Levels")
        st.dataframe(_ladder(analysis), hide_index=True)
    with targets:
        st.subheader("Analyst targets")
        st.dataframe(pd.DataFrame([vars(each) for each in analysis.targets]), hide_index=True)


def _ladder(analysis: Analysis) -> pd.DataFrame:
    return pd.DataFrame([vars(each) for each in analysis.levels])


main()
