"""The analyses of a whole watchlist, with a progress bar while they come; a bad ticker is named, the rest goes on."""

from __future__ import annotations

import streamlit as st

from indicators.analysis import Analysis, TooEarly, analyse
from market.errors import MarketError
from market.feed import Answer, ask_each
from pages.sidebar import Choice, watchlist
from pages.words import literal


def gathered(choice: Choice) -> list[Analysis]:
    """One analysis a ticker of the watchlist, in its order, made for the as-of day chosen."""
    answers = _answers(watchlist(), choice.source)
    analyses = []
    for symbol in watchlist():
        answer = answers[symbol]
        if isinstance(answer, MarketError):
            st.warning(literal(str(answer), 300), icon=":material/cloud_off:")
            continue
        try:
            analyses.append(analyse(answer.history, answer.targets, choice.as_of, choice.scale))
        except TooEarly as error:
            st.warning(literal(str(error), 300), icon=":material/event_busy:")
    if any(each.source == "sample" for each in analyses):
        st.warning("**Sample, not market prices.** The bars are constructed.", icon=":material/science:")
    return analyses


@st.cache_data(ttl=300, max_entries=16, show_spinner=False)
def _answers(symbols: tuple[str, ...], source: str) -> dict[str, Answer | MarketError]:
    progress = st.progress(0.0, text=f"Fetching {len(symbols)} tickers")
    answers: dict[str, Answer | MarketError] = {}
    for symbol, answer in ask_each(symbols, source):
        answers[symbol] = answer
        progress.progress(len(answers) / len(symbols), text=f"{len(answers)} of {len(symbols)}: {literal(symbol)}")
    progress.empty()
    return answers
