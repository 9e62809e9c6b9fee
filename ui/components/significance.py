"""How likely chance alone is to draw as good a line: worked out when it is first looked at, then kept."""

from __future__ import annotations

import streamlit as st

from indicators.analysis import Analysis
from indicators.trendlines.significance import chance_of_line, chance_phrase
from indicators.trendlines.trendlines import Trendline

HELP = (
    "The same daily moves are put in another order 200 times, two weeks kept together. Each such walk is searched for"
    " lines as the chart is. Where many of them show one with as many touches over as long a time, the line need not"
    " mean anything; where few do, it is rarer than chance alone would make it."
)


@st.fragment
def draw(analysis: Analysis) -> None:
    """A button beside the chart; what it opens is worked out then, and only then."""
    line = analysis.support
    if line is None:
        return
    with st.popover("Could it be chance?", icon=":material/casino:", on_change="rerun", key="chance") as opened:
        if opened.open:
            with st.spinner("Shuffling the daily moves 200 times"):
                share = _chance(_key(analysis, line), analysis, line)
            st.markdown(f"**{chance_phrase(share)}.** Measured for the trendline under the price.", help=HELP)


def _key(analysis: Analysis, line: Trendline) -> tuple[str, ...]:
    """What tells one question from another: the bars up to the last, and the line in them."""
    bars = analysis.bars
    ends = (len(bars), bars.index[0], float(bars["close"].iloc[0]), float(bars["close"].iloc[-1]))
    return analysis.symbol, analysis.source, analysis.price_basis, str(ends), str((line.side, line.scale, line.touches))


@st.cache_data(max_entries=512, show_spinner=False)
def _chance(key: tuple[str, ...], _analysis: Analysis, _line: Trendline) -> float:
    return chance_of_line(_analysis.bars, _line)
