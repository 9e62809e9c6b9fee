"""Load a list of tickers in the background while the page shows progress; one that fails does not stop the rest."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Generic, TypeVar

import streamlit as st

from indicators.analysis import Analysis
from market.errors import BadSymbol
from market.source import SourceKey
from market.sources import retry_now, waiting_requests
from market.symbols import parse_symbol
from tickers.batch import FailedTicker, run_as_completed
from tickers.request import AnalysisRequest, load_analysis
from ui.components import sample_notice
from ui.loading import ticker_errors
from ui.loading.background import Background
from ui.sidebar import watchlist_picker
from ui.sidebar.sidebar import ViewOptions

WAIT_BEFORE_PROGRESS_SECONDS = 3.0  # most lists are loaded by then, and the page is drawn once
MAX_AGE_SECONDS = 300.0  # an older run is repeated when its page is drawn again, which costs little if nothing is new
MAX_SHARED_ANALYSES = 256
REDRAW_SECONDS = 0.7
ANALYSES = "analyses"  # the run of every page that works on whole analyses

Result = TypeVar("Result")


@dataclass
class BatchRun(Generic[Result]):
    """A list of tickers being loaded: the results so far, and the work that brings the rest.

    `version` is that of the caches, see `cache_version`; `convert` turns an analysis into what the page needs of it.
    """

    symbols: tuple[str, ...]
    request: AnalysisRequest
    version: float
    convert: Callable[[Analysis], Result]
    results: dict[str, Result | FailedTicker] = field(default_factory=dict)
    started_at: datetime = field(default_factory=datetime.now)
    work: Background[tuple[str, Result | FailedTicker]] = field(init=False)

    def __post_init__(self) -> None:
        self.resume()

    def resume(self) -> None:
        """Start loading the tickers that are missing."""
        # the thread must not hold this run: work ends by itself once no session does
        load = partial(_load_result, request=self.request, version=self.version, convert=self.convert)
        results = self.results
        work = run_as_completed(load, self.missing)
        self.work = Background(work, len(self.missing), lambda item: results.update([item]))

    @property
    def over(self) -> bool:
        """Whether no more results will come; one under way at a stop is dropped."""
        return self.work.over or self.work.stopped

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(symbol for symbol in self.symbols if symbol not in self.results)

    def by_symbol(self) -> dict[str, Result | FailedTicker]:
        """Return the results so far, in the order of the list."""
        results = dict(self.results)
        return {symbol: results[symbol] for symbol in self.symbols if symbol in results}

    def loads(self, symbols: tuple[str, ...], request: AnalysisRequest) -> bool:
        """Return whether this run is the one for these tickers, with the caches as they are."""
        return (self.symbols, self.request, self.version) == (symbols, request, cache_version())


def load_analyses(options: ViewOptions, symbols: Sequence[str] | None = None) -> list[Analysis]:
    """Return one analysis per ticker, in their order, for the as-of day chosen; by default of the open watchlist.

    Draws messages about tickers that failed. If loading takes long, the page ends here with a progress bar; **Stop**
    shows what has been loaded, **Resume** loads the rest.
    """
    symbols = tuple(watchlist_picker.current_watchlist().symbols if symbols is None else symbols)
    outcomes = load_results(ANALYSES, symbols, options.analysis_request(), _keep_whole)
    draw_messages(ANALYSES, outcomes, options)
    return [outcome for outcome in outcomes if isinstance(outcome, Analysis)]


def load_results(
    name: str, symbols: tuple[str, ...], request: AnalysisRequest, convert: Callable[[Analysis], Result]
) -> list[Result | FailedTicker]:
    """Return what this session's run called `name` has for each ticker, in their order.

    If loading takes long, the page ends here with a progress bar; **Stop** shows what has been loaded, **Resume** loads
    the rest.
    """
    run = current_run(name, symbols, request, convert, MAX_AGE_SECONDS)
    if not run.over and not run.work.wait(WAIT_BEFORE_PROGRESS_SECONDS):
        redraw_until_over(draw_progress, run)
        st.stop()
    draw_progress(run)
    return list(run.by_symbol().values())


def draw_messages(name: str, outcomes: Sequence[Analysis | FailedTicker], options: ViewOptions) -> None:
    """Draw messages about the tickers of the run called `name` that failed or are old, and the banner of demo data."""
    ticker_errors.draw_ticker_errors(outcomes, options, partial(_try_again, name, source=options.source))
    if any(isinstance(outcome, Analysis) for outcome in outcomes):
        sample_notice.draw_demo_notice(options.source)


def current_run(
    name: str,
    symbols: tuple[str, ...],
    request: AnalysisRequest,
    convert: Callable[[Analysis], Result],
    max_age_seconds: float | None = None,
) -> BatchRun[Result]:
    """Return this session's run called `name`; start another for other tickers, another request, or after the age."""
    run: BatchRun[Result] | None = st.session_state.get(_session_key(name))
    if run is None or not run.loads(symbols, request) or _is_older(run, max_age_seconds):
        run = st.session_state[_session_key(name)] = BatchRun(symbols, request, cache_version(), convert)
    return run


def restart_run(name: str, symbols: Sequence[str]) -> None:
    """End the run called `name`; the next one loads `symbols` anew, and other tickers from the cache.

    Tickers that failed or are old are fetched without waiting for the pause that follows a failure.
    """
    run: BatchRun[Any] | None = st.session_state.pop(_session_key(name), None)
    if run is None:
        return
    for symbol in symbols:
        result = run.results.get(symbol)
        if isinstance(result, FailedTicker) or (result is not None and result.notices):
            with suppress(BadSymbol):
                retry_now(parse_symbol(symbol), run.request.source)
        _shared_analysis.clear(symbol, request=run.request, version=run.version)


@st.cache_data(show_spinner=False)
def cache_version() -> float:
    """Return a number that changes when the pages' caches are cleared, as after a change of the user's own targets."""
    return time.time()


def redraw_until_over(draw: Callable[[Any], object], subject: Any) -> None:
    """Draw `subject` again and again while it is not `over`, then run the page once more."""

    def redraw() -> None:
        if subject.over:
            st.rerun()
        draw(subject)

    st.fragment(redraw, run_every=REDRAW_SECONDS)()


def draw_progress(run: BatchRun[Any]) -> None:
    """Draw how many tickers are loaded, beside the button that stops or resumes; nothing once all are."""
    if not run.missing:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="batch-progress"):
        done, total = len(run.results), len(run.symbols)
        queue = "" if run.over else queue_phrase(waiting_requests())
        st.progress(done / total, text=f"{done} of {total} tickers{time_left_phrase(run.work)}{queue}", width="stretch")
        if run.over:
            st.button("Resume", icon=":material/play_arrow:", key="batch-resume", on_click=run.resume)
        else:
            st.button("Stop", icon=":material/stop:", key="batch-stop", on_click=run.work.stop)


def time_left_phrase(work: Background[Any]) -> str:
    """Return what follows a count: ", 12 s left", ", stopped" or why it ended; empty before the pace is known."""
    if work.fault is not None:
        return ", then it failed; the log has the details"
    if work.stopped:
        return ", stopped"
    seconds = work.seconds_left
    if seconds is None:
        return ""
    return f", {seconds / 60:.0f} minutes left" if seconds >= 90 else f", {max(seconds, 1):.0f} s left"


def queue_phrase(requests: int) -> str:
    """Return ", 3 requests waiting for Yahoo's rate limit", or nothing where none is waiting."""
    if not requests:
        return ""
    return f", {requests} {'request' if requests == 1 else 'requests'} waiting for Yahoo's rate limit"


def _session_key(name: str) -> str:
    return f"batch-run {name}"


def _is_older(run: BatchRun[Any], seconds: float | None) -> bool:
    return seconds is not None and datetime.now() - run.started_at > timedelta(seconds=seconds)


def _try_again(name: str, symbols: Sequence[str], source: SourceKey) -> None:
    restart_run(name, symbols)
    ticker_errors.show_rate_limit(source)


def _keep_whole(analysis: Analysis) -> Analysis:
    return analysis


def _load_result(
    symbol: str, request: AnalysisRequest, version: float, convert: Callable[[Analysis], Result]
) -> Result:
    return convert(_shared_analysis(symbol, request=request, version=version))


@st.cache_resource(ttl=MAX_AGE_SECONDS, max_entries=MAX_SHARED_ANALYSES, show_spinner=False)
def _shared_analysis(symbol: str, request: AnalysisRequest, version: float) -> Analysis:
    """Load an analysis that all viewers and pages share, and that nobody changes in place."""
    return load_analysis(symbol, request)
