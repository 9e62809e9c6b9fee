"""`levelboard.py scan`: the figures of thousands of stored tickers as JSON."""

from __future__ import annotations

from datetime import date as Date

import click

from indicators.analysis import Scale
from indicators.intervals.bar_units import Interval
from market.source import SourceKey
from market.sources import SOURCES
from terminal.exit_status import ExitStatus
from terminal.options import JobCount, analysis_options, interval_option, ticker_options, verbose_option
from terminal.output import print_line, progress_bar, report_notices, report_problem
from terminal.tickers import named_tickers

EXAMPLES = """\b
Examples:
  python levelboard.py scan --tickers-from symbols.txt --json
  python levelboard.py scan --watchlist Miners --as-of 2025-11-24 --jobs 2
"""


@click.command(epilog=EXAMPLES, short_help="Print the figures of many stored tickers as JSON.")
@ticker_options
@analysis_options
@interval_option
@click.option("--json", is_flag=True, expose_value=False, help="Print one JSON object a line: the only format so far.")
@click.option("--jobs", type=JobCount(), metavar="N", help="Processes to run at once.  [default: one a core]")
@verbose_option
def scan(
    tickers: tuple[str, ...],
    watchlist: str | None,
    tickers_from: str | None,
    as_of: Date | None,
    source: SourceKey,
    scale: Scale,
    interval: Interval,
    jobs: int | None,
) -> int:
    """Print the figures of many stored tickers, using every core.

    Reads stored prices and targets only and requests nothing from Yahoo Finance. Prints one JSON object a line, in the
    order of the tickers; "chance" is null, since measuring it would take hours for thousands of tickers.
    """
    from market.store.store import get_store
    from tickers.scan import scan_stored

    named = named_tickers(tickers, watchlist, tickers_from)
    for error in named.invalid:
        report_problem(error)
    if not SOURCES[source].is_local and (notice := get_store().notice) is not None:
        report_problem(notice)
    failed = len(named.invalid)
    with progress_bar(len(named.symbols)) as bar:
        for result in scan_stored(named.symbols, as_of, scale, source, jobs, interval):
            if result.line is None:
                failed += 1
                report_problem(result.reason)
            else:
                report_notices(result.symbol, result.notices)
                print_line(result.line)
            bar.update()
    return ExitStatus.UNUSABLE if failed else ExitStatus.OK
