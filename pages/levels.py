"""One ticker: its levels beside every analyst's target, in a picture, in words and in tables."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from charts import png
from charts.levels_chart import levels_figure
from indicators import notation
from indicators.analysis import Analysis, TooEarly, analyse
from indicators.levels import TECHNICAL, nearest
from indicators.read import technical_read
from indicators.targets import CurrentTarget
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
    ladder, targets = st.columns(2, gap="medium")
    with ladder:
        st.subheader("Levels")
        _ladder(analysis)
    with targets:
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
            "Distance": [each.distance_pct for each in levels],
            "In ATRs": [each.distance_atr for each in levels],
        }
    )
    st.dataframe(
        frame,
        hide_index=True,
        height="content",
        column_config={
            "Price": _money_column(analysis),
            "Distance": st.column_config.NumberColumn(format="%+.1f%%", help="Of the price: above it is positive"),
            "In ATRs": st.column_config.NumberColumn(
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
    figures = [literal(notation.target(each, analysis.currency)) for each in (mean.mean, mean.median, mean.low, mean.high)]
    firms = "1 firm" if mean.count == 1 else f"{mean.count} firms"
    return f"Consensus of {firms}: mean {figures[0]}, median {figures[1]}, from {figures[2]} to {figures[3]}. Older than 365 days is stale and left out."


main()
