"""What went wrong with several tickers at once: each reason once, and the ways out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import streamlit as st

from indicators.analysis import Analysis
from market.source import SourceKey
from market.sources import is_demo, limit_notice
from text.escape import escape_markdown
from tickers.batch import FailedTicker
from ui.components import sample_notice
from ui.sidebar.sidebar import Choice

NAMED = 8  # tickers that one sentence names


def draw(outcomes: Sequence[Analysis | FailedTicker], choice: Choice, again: Callable[[Sequence[str]], None]) -> None:
    """One message for the tickers that came to nothing, one for those whose figures are old; a try, and the sample.

    `again` is called with the tickers that are to be tried again.
    """
    failed = [outcome for outcome in outcomes if isinstance(outcome, FailedTicker)]
    reasons = group_by_reason((ticker.symbol, ticker.cause) for ticker in failed)
    if reasons:
        st.warning("\n\n".join(escape_markdown(reason, 400) for reason in reasons), icon=":material/cloud_off:")
    old = [
        (outcome.symbol, words) for outcome in outcomes if isinstance(outcome, Analysis) for words in outcome.notices
    ]
    if old:
        st.info("\n\n".join(escape_markdown(each, 400) for each in group_by_reason(old)), icon=":material/schedule:")
    if not is_demo(choice.source) and (failed or old):
        symbols = list(dict.fromkeys([*(each.symbol for each in failed), *(symbol for symbol, _ in old)]))
        with st.container(horizontal=True):
            st.button("Try again", icon=":material/refresh:", key="troubles-again", on_click=again, args=(symbols,))
            if len(failed) == len(outcomes):
                sample_notice.offer("troubles-sample")


def say_limited(source: SourceKey) -> None:
    """To whoever asked again: why Yahoo is not asked all the same. Their press would seem to do nothing."""
    if (sentence := limit_notice(source)) is not None:
        st.toast(escape_markdown(sentence, 400), icon=":material/schedule:", duration="long")


def group_by_reason(said: Iterable[tuple[str, str]]) -> list[str]:
    """«CIFR, CLSK: the reason» for (symbol, reason) pairs, each reason once, in their order."""
    whose: dict[str, list[str]] = {}
    for symbol, reason in said:
        whose.setdefault(reason, []).append(symbol)
    return [f"{_names(symbols)}: {reason}" for reason, symbols in whose.items()]


def _names(symbols: Sequence[str]) -> str:
    more = f" and {len(symbols) - NAMED} more" if len(symbols) > NAMED else ""
    return ", ".join(symbols[:NAMED]) + more
