"""How often random data draws as good a trendline: computed when a viewer opens it, then cached."""

from __future__ import annotations

import streamlit as st

from indicators.analysis import Analysis
from indicators.trendlines.significance import chance_of_line, chance_phrase
from indicators.trendlines.trendlines import Trendline

HELP = (
    "The moves from bar to bar are shuffled 200 times in blocks of ten, and each result is searched for trendlines"
    " like the chart itself. If many of them show a line with as many touches over as long a time, the line may mean"
    " nothing; if few do, it is unlikely to be chance alone."
)


@st.fragment
def draw_significance(analysis: Analysis) -> None:
    """Draw a popover for the support trendline, whose content is computed only when it is opened."""
    line = analysis.support
    if line is None:
        return
    with st.popover("Could it be chance?", icon=":material/casino:", on_change="rerun", key="chance") as popover:
        if popover.open:
            with st.spinner("Shuffling the moves 200 times"):
                share = _chance(_cache_key(analysis, line), analysis, line)
            st.markdown(f"**{chance_phrase(share)}.** Measured for the trendline under the price.", help=HELP)


def _cache_key(analysis: Analysis, line: Trendline) -> tuple[str, ...]:
    """Return what the result depends on: the bars, by their ends, and the line in them."""
    bars = analysis.bars
    ends = (len(bars), bars.index[0], float(bars["close"].iloc[0]), float(bars["close"].iloc[-1]))
    return analysis.symbol, analysis.source, analysis.price_basis, str(ends), str((line.side, line.scale, line.touches))


@st.cache_data(max_entries=512, show_spinner=False)
def _chance(key: tuple[str, ...], _analysis: Analysis, _line: Trendline) -> float:
    return chance_of_line(_analysis.bars, _line)
