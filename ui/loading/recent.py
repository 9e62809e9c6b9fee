"""Load what changed lately on each ticker of the open watchlist."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date as Date
from functools import partial

from alerts.recent_changes import Recent, recent_changes
from indicators.analysis import Analysis
from market.sources import fetch, fetch_stored
from market.symbols import Symbol
from tickers.batch import FailedTicker
from tickers.request import AnalysisRequest
from ui.loading.batch_run import draw_messages, load_results
from ui.sidebar import watchlist_picker
from ui.sidebar.sidebar import ViewOptions


def load_recent(options: ViewOptions, since: Date | int) -> list[Recent]:
    """Return what changed on each ticker since a day, or in the last `since` sessions, up to the as-of day chosen.

    Draws messages about tickers that failed. If loading takes long, the page ends here with a progress bar.
    """
    symbols, request, name = watchlist_picker.current_watchlist().symbols, options.analysis_request(), run_name(since)
    outcomes = load_results(name, symbols, request, recent_of(request, since))
    analyses = [outcome if isinstance(outcome, FailedTicker) else outcome.latest for outcome in outcomes]
    draw_messages(name, analyses, options)
    return [outcome for outcome in outcomes if isinstance(outcome, Recent)]


def run_name(since: Date | int) -> str:
    """Return the name of the run that loads what changed since then."""
    return f"changes since {since}"


def recent_of(request: AnalysisRequest, since: Date | int) -> Callable[[Analysis], Recent]:
    """Return what makes of a ticker's Analysis, which has just been loaded, what changed on it."""
    return partial(_recent, request=request, since=since)


def _recent(analysis: Analysis, request: AnalysisRequest, since: Date | int) -> Recent:
    wanted = (Symbol(analysis.symbol), request.source, request.basis, request.person)
    return recent_changes(fetch_stored(*wanted) or fetch(*wanted), request.as_of, since)
