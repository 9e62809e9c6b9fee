"""The analyses of a whole watchlist, with a progress bar while they come; a bad ticker is named, the rest goes on."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import streamlit as st

from indicators.analysis import Analysis
from market.errors import BadSymbol
from market.sources import is_demo, retry_now, waiting_requests
from market.symbols import parse_symbol
from tickers.batch import FailedTicker, run_as_completed
from tickers.request import AnalysisRequest, load_analysis
from ui.components import sample_notice
from ui.loading import ticker_errors
from ui.loading.background import Background
from ui.sidebar.sidebar import Choice, watchlist

PATIENCE = 3.0  # seconds a page waits before it shows how far it is
FRESH = 300.0  # seconds: then a page that is drawn again asks again, which costs little where nothing is new
TICK = 0.7  # seconds between two looks at what goes on


@dataclass
class BatchRun:
    """What has come so far; `key` says for what."""

    key: tuple[object, ...]
    outcomes: dict[str, Analysis | FailedTicker]
    work: Background[tuple[str, Analysis | FailedTicker]]
    begun: float = field(default_factory=time.monotonic)

    @property
    def over(self) -> bool:
        return self.work.over or self.work.stopped


def load_watchlist(choice: Choice, symbols: Sequence[str] | None = None) -> list[Analysis]:
    """One analysis a ticker, by default of the watchlist, in their order, made for the as-of day chosen.

    While they take long, the page ends here with a progress bar; «Stop» shows what has come so far.
    """
    symbols = tuple(watchlist() if symbols is None else symbols)
    outcomes = _outcomes(symbols, AnalysisRequest(choice.source, choice.as_of, choice.scale, choice.basis))
    ticker_errors.draw(outcomes, choice, _try_again)
    analyses = [outcome for outcome in outcomes if isinstance(outcome, Analysis)]
    if len(outcomes) < len(symbols):
        st.info(f"Stopped: {len(outcomes)} of {len(symbols)} tickers are shown.", icon=":material/info:")
    if any(is_demo(analysis.source) for analysis in analyses):
        sample_notice.draw()
    return analyses


@st.cache_data(show_spinner=False)
def cache_version() -> float:
    """Another number once the pages' caches are cleared, as when one's own targets change."""
    return time.time()


def _outcomes(symbols: tuple[str, ...], request: AnalysisRequest) -> list[Analysis | FailedTicker]:
    key = (symbols, request, cache_version())
    kept: BatchRun | None = st.session_state.get("gathering")
    if kept is None or kept.key != key or time.monotonic() - kept.begun > FRESH:
        kept = st.session_state["gathering"] = _begun(key, symbols, request)
    if not kept.over and not kept.work.wait(PATIENCE):
        poll(_progress, kept)
        st.stop()
    return [kept.outcomes[symbol] for symbol in symbols if symbol in kept.outcomes]


def _try_again(symbols: Sequence[str]) -> None:
    """Those that failed or are old are asked for anew, as if they had never been."""
    kept: BatchRun = st.session_state.pop("gathering")
    _, request, edition = kept.key
    assert isinstance(request, AnalysisRequest)
    for symbol in symbols:
        with suppress(BadSymbol):
            retry_now(parse_symbol(symbol), request.source)
        _shared.clear(symbol, request=request, edition=edition)
    ticker_errors.say_limited(request.source)


def _begun(key: tuple[object, ...], symbols: tuple[str, ...], request: AnalysisRequest) -> BatchRun:
    outcomes: dict[str, Analysis | FailedTicker] = {}
    work = run_as_completed(partial(_shared, request=request, edition=key[-1]), symbols)
    return BatchRun(key, outcomes, Background(work, len(symbols), lambda each: outcomes.update([each])))


@st.cache_resource(ttl=FRESH, max_entries=256, show_spinner=False)
def _shared(symbol: str, request: AnalysisRequest, edition: object) -> Analysis:
    """One analysis for all viewers and pages; nobody changes what is in it."""
    return load_analysis(symbol, request)


def poll(part: Callable[[Any], object], subject: Any) -> None:
    """`part` of the page, drawn again and again while its subject goes on; once it is over, the page is drawn anew."""

    def looking() -> None:
        if subject.over:
            st.rerun()
        part(subject)

    st.fragment(looking, run_every=TICK)()


def time_left(work: Background[Any]) -> str:
    """«, 12 s left», or what else there is to say of it after a count."""
    if work.fault is not None:
        return ", then it failed; what happened is in the log"
    if work.stopped:
        return ", stopped"
    seconds = work.seconds_left
    if seconds is None:
        return ""
    return f", {seconds / 60:.0f} minutes left" if seconds >= 90 else f", {max(seconds, 1):.0f} s left"


def queue_phrase(questions: int) -> str:
    """«, 3 questions wait until Yahoo may be asked again», where the budget of questions is used up."""
    if not questions:
        return ""
    return f", {questions} {'question waits' if questions == 1 else 'questions wait'} until Yahoo may be asked again"


def _progress(gathering: BatchRun) -> None:
    work = gathering.work
    with st.container(horizontal=True, vertical_alignment="center"):
        share = work.done / work.total
        told = f"{work.done} of {work.total} tickers{time_left(work)}{queue_phrase(waiting_requests())}"
        st.progress(share, text=told, width="stretch")
        st.button("Stop", icon=":material/stop:", key="gathering-stop", on_click=work.stop)
