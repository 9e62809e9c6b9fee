"""Up to eight tickers on one picture: in percent of a chosen day, or each in a small levels chart."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date as Date

import plotly.graph_objects as go
import streamlit as st

from charts.compare_chart import MAX_TICKERS, compare_figure, compare_file_stem
from charts.options import visible_bars
from charts.small_multiples import small_multiples_figure
from indicators.analysis import Analysis
from indicators.rebase import rebase
from market.errors import BadSymbol
from market.symbols import parse_symbol
from text.escape import escape_markdown
from ui.components import chart
from ui.loading.batch_run import load_watchlist
from ui.sidebar import sidebar, watchlist_picker
from ui.sidebar.sidebar import Choice

# On a phone the picture keeps a legible width and is swept sideways, from the right, where the lines have their names
STYLE = """<style>
@media (min-width: 801px) { [data-testid="stMainBlockContainer"] { padding: 2.5rem 2.5rem 4rem; } }
.st-key-compare-picture { overflow-x: auto; }
@media (max-width: 800px) {
  .st-key-compare-picture { direction: rtl; }
  .st-key-compare-picture > div { direction: ltr; min-width: 860px; }
}
</style>"""
VIEWS = {"percent": "Percent", "charts": "Small charts"}


def main() -> None:
    st.html(STYLE)
    choice = sidebar.choice()
    st.markdown("## Compare")
    symbols = _symbols()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        view = st.segmented_control(
            "Show as", list(VIEWS), format_func=VIEWS.__getitem__, default="percent", required=True, key="compare-view"
        )
        since = _since(choice) if view == "percent" else None
    if not symbols:
        st.info("Pick the tickers to compare: up to eight fit on one picture.")
        return
    analyses = load_watchlist(choice, symbols)
    if not analyses:
        return
    if view == "percent":
        _percent(analyses, since, choice)
    else:
        _show(small_multiples_figure(analyses, choice.period, chart.theme()), f"levels_{_day(analyses)}", analyses)


def _symbols() -> list[str]:
    """The tickers picked, by default the first of the watchlist that is open; what cannot be one is named."""
    watchlist = watchlist_picker.current()
    chosen = st.multiselect(
        "Tickers",
        watchlist.symbols,
        default=watchlist.symbols[:MAX_TICKERS],
        max_selections=MAX_TICKERS,
        accept_new_options=True,
        key=f"compare-tickers {watchlist.name} {hash(watchlist.symbols)}",
        placeholder="Pick or type symbols",
    )
    symbols: dict[str, None] = {}
    for text in chosen:
        try:
            symbols[parse_symbol(text)] = None
        except BadSymbol as error:
            st.warning(escape_markdown(str(error), 300), icon=":material/error:")
    return list(symbols)


def _since(choice: Choice) -> Date | None:
    return st.date_input(
        "In percent of",
        value=None,
        min_value=sidebar.FIRST_DAY,
        max_value=choice.as_of or "today",
        format="YYYY-MM-DD",
        key="compare-since",
        help="The day whose close is 0 %. Empty: where the period chosen in the sidebar begins.",
        width=180,
    )


def _percent(analyses: Sequence[Analysis], since: Date | None, choice: Choice) -> None:
    day = since or min(visible_bars(analysis.bars, choice.period).index[0].date() for analysis in analyses)
    lines = [rebase(analysis.symbol, analysis.bars["close"], day) for analysis in analyses]
    _show(
        compare_figure(lines, analyses[0].source, analyses[0].price_basis, chart.theme()),
        compare_file_stem(lines),
        analyses,
    )


def _show(figure: go.Figure, stem: str, analyses: Sequence[Analysis]) -> None:
    names = ", ".join(analysis.symbol for analysis in analyses)
    with st.container(key="compare-picture"):
        chart.draw(figure, stem, f"{escape_markdown(names, 200)} compared", f"chart {stem}")


def _day(analyses: Sequence[Analysis]) -> Date:
    return max(analysis.as_of for analysis in analyses)


main()
