"""The Compare page: up to eight tickers in one picture, rebased to a day, or each in a small levels chart."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date as Date
from typing import TYPE_CHECKING

import streamlit as st

from charts.compare.compare_chart import MAX_TICKERS, compare_figure, compare_file_stem, line_styles
from charts.options import visible_bars
from charts.small_multiples import small_multiples_figure
from indicators.analysis import Analysis
from indicators.rebase import rebase
from market.symbols import Symbol, parse_symbols
from text.escape import escape_markdown
from ui.browser import window
from ui.components import chart
from ui.loading.batch_run import load_analyses
from ui.sidebar import chart_time, sidebar, watchlist_picker
from ui.sidebar.sidebar import ViewOptions

if TYPE_CHECKING:
    import plotly.graph_objects as go

# On a phone the picture keeps a legible width and scrolls sideways, starting at the right, where the names are
STYLE = """<style>
.st-key-compare-picture { overflow-x: auto; }
@media (max-width: 800px) {
  .st-key-compare-picture { direction: rtl; }
  .st-key-compare-picture > div { direction: ltr; min-width: 860px; }
}
.st-key-compare-selection [data-tag-index] {
  background: transparent; color: inherit; border: 1px solid rgba(128, 128, 128, 0.4);
}
</style>"""
# Pixels of a window that the controls take; the least height of a legible chart
ABOVE_CHART_PX, MIN_CHART_PX = 350, 460
VIEWS = {"percent": "Percent", "charts": "Small charts"}


def main() -> None:
    st.html(STYLE)
    options = sidebar.view_options()
    st.title("Compare", anchor=False)
    symbols = _draw_ticker_selection()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        view = st.segmented_control(
            "Show as", list(VIEWS), format_func=VIEWS.__getitem__, default="percent", required=True, key="compare-view"
        )
        base_day = _draw_base_day(options) if view == "percent" else None
    if not symbols:
        st.info("Pick up to eight tickers to compare.")
        return
    analyses = load_analyses(options, symbols)
    if not analyses:
        return
    if view == "percent":
        _draw_rebased(symbols, analyses, base_day, options)
    else:
        figure = small_multiples_figure(analyses, options.period, chart.theme())
        _draw_picture(figure, f"levels_{max(analysis.as_of for analysis in analyses)}", analyses)


def _draw_ticker_selection() -> list[Symbol]:
    """Draw the box and return the tickers selected, by default the first of the open watchlist."""
    watchlist = watchlist_picker.current_watchlist()
    with st.container(key="compare-selection"):
        selected = st.multiselect(
            "Tickers",
            watchlist.symbols,
            default=watchlist.symbols[:MAX_TICKERS],
            max_selections=MAX_TICKERS,
            accept_new_options=True,
            key=f"compare-tickers {watchlist.name} {hash(watchlist.symbols)}",
            placeholder="Pick or type symbols",
        )
    symbols, errors = parse_symbols(selected)
    for error in errors:
        st.warning(escape_markdown(str(error), 300), icon=":material/error:")
    return list(dict.fromkeys(symbols))


def _draw_base_day(options: ViewOptions) -> Date | None:
    return st.date_input(
        "Rebase to",
        value=None,
        min_value=chart_time.FIRST_DAY,
        max_value=options.as_of or "today",
        format="YYYY-MM-DD",
        key="compare-base-day",
        help="The day whose close is 0%. Leave empty for the start of the period selected in the sidebar.",
        width=180,
    )


def _chart_height() -> int:
    """Return what the window leaves below the controls, so that both are on one screen."""
    return max(window.current_window().height - ABOVE_CHART_PX, MIN_CHART_PX)


def _color_chips(symbols: Sequence[Symbol], drawn: Sequence[str]) -> None:
    """Give the chip of each ticker the edge that its line has; one without a line has none."""
    styles = line_styles(chart.theme())
    edges = [
        f'.st-key-compare-selection [data-tag-index="{place}"]'
        f" {{ border-left: 5px {'dashed' if dash == 'dash' else dash} {color} !important; }}"
        for place, symbol in enumerate(symbols)
        if symbol in drawn
        for color, dash in [styles[drawn.index(symbol)]]
    ]
    st.html(f"<style>{' '.join(edges)}</style>")


def _draw_rebased(
    symbols: Sequence[Symbol], analyses: Sequence[Analysis], base_day: Date | None, options: ViewOptions
) -> None:
    day = base_day or min(visible_bars(analysis.bars, options.period).index[0].date() for analysis in analyses)
    _color_chips(symbols, [analysis.symbol for analysis in analyses])
    lines = [rebase(analysis.symbol, analysis.bars["close"], day) for analysis in analyses]
    _draw_picture(
        compare_figure(
            lines, analyses[0].source, analyses[0].price_basis, chart.theme(), _chart_height(), options.scale
        ),
        compare_file_stem(lines),
        analyses,
    )


def _draw_picture(figure: go.Figure, png_stem: str, analyses: Sequence[Analysis]) -> None:
    names = ", ".join(analysis.symbol for analysis in analyses)
    with st.container(key="compare-picture"):
        chart.draw_chart(figure, png_stem, f"Comparison of {escape_markdown(names, 200)}", f"chart {png_stem}")


main()
