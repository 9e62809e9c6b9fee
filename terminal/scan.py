"""`levelboard.py scan`: the figures of thousands of stored tickers, on every core or on a cluster."""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import closing
from dataclasses import asdict
from datetime import date as Date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from indicators.analysis import Scale
from indicators.intervals.bar_units import Interval
from market.source import SourceKey
from market.sources import SOURCES
from market.symbols import Symbol
from terminal.exit_status import CannotContinue, ExitStatus
from terminal.options import JobCount, PastDays, analysis_options, interval_option, ticker_options, verbose_option
from terminal.output import print_line, report_each, report_notices, report_problem
from terminal.tickers import named_tickers

if TYPE_CHECKING:
    from tickers.batch import FailedTicker
    from tickers.scan import ScanRequest, ScanResult

EXAMPLES = """\b
Examples:
  python levelboard.py scan --tickers-from symbols.txt --json
  python levelboard.py scan --watchlist Miners --as-of 2025-11-24 --jobs 2
  python levelboard.py scan --tickers-from symbols.txt --days 2024-01-01:2024-12-31:5 --out 2024.parquet
  python levelboard.py scan --tickers-from symbols.txt --cluster tcp://10.0.0.7:8786 --out all.parquet --resume
"""


@click.command(
    epilog=EXAMPLES, short_help="Print the figures of many stored tickers as JSON, or write them as a table."
)
@ticker_options
@analysis_options
@interval_option
@click.option("--days", type=PastDays(), metavar="FROM:TO[:STEP]", help="As of each weekday, or each STEP-th of them.")
@click.option("--json", is_flag=True, expose_value=False, help="Print one JSON object a line, as without --out.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE.parquet",
    help="Write one table of levels, trendlines and targets, a folder of Parquet files by year.",
)
@click.option("--resume", is_flag=True, help="Keep the tickers that --out has from a scan with the same options.")
@click.option("--unordered", is_flag=True, help="Do not wait for a slow ticker: print them as they come.")
@click.option("--jobs", type=JobCount(), metavar="N", help="Processes to run at once.  [default: one a core]")
@click.option("--cluster", metavar="ADDRESS", help="Use the workers of a Dask scheduler, such as tcp://10.0.0.7:8786.")
@verbose_option
def scan(
    tickers: tuple[str, ...],
    watchlist: str | None,
    tickers_from: str | None,
    as_of: Date | None,
    source: SourceKey,
    scale: Scale,
    interval: Interval,
    days: tuple[Date, ...] | None,
    out: Path | None,
    resume: bool,
    unordered: bool,
    jobs: int | None,
    cluster: str | None,
) -> int:
    """Print the figures of many stored tickers, using every core or a cluster.

    Reads stored prices and targets only and requests nothing from Yahoo Finance. Prints one JSON object a line, in the
    order of the tickers; "chance" is null, since measuring it would take hours for thousands of tickers.
    """
    from market.store.store import get_store
    from tickers.scan import ScanRequest

    if days and as_of:
        raise CannotContinue("--days and --as-of both say the day: use one of them.")
    if cluster and jobs:
        raise CannotContinue("--jobs is for this machine and --cluster for others: use one of them.")
    if resume and out is None:
        raise CannotContinue("--resume continues a table: name it with --out.")
    named = named_tickers(tickers, watchlist, tickers_from)
    if not SOURCES[source].is_local and (notice := get_store().notice) is not None:
        report_problem(notice)
    request = ScanRequest(source, as_of, scale, interval=interval, days=days or ())
    output = _Lines() if out is None else _Table(out, request, resume)
    missing = tuple(symbol for symbol in named.symbols if symbol not in output.finished)

    def report(result: ScanResult) -> None:
        report_notices(result.symbol, result.notices)
        output.add(result)

    with closing(_results(missing, request, jobs, cluster, not unordered)) as results:
        failed = report_each(results, len(missing), report)
    return ExitStatus.UNUSABLE if failed or named.invalid else ExitStatus.OK


def _results(
    symbols: tuple[Symbol, ...], request: ScanRequest, jobs: int | None, cluster: str | None, ordered: bool
) -> Generator[ScanResult | FailedTicker]:
    if cluster is None:
        from tickers.scan import scan_stored

        yield from scan_stored(symbols, request, jobs, ordered)
        return
    from tickers.cluster import ClusterUnavailable, scan_on_cluster

    try:
        yield from scan_on_cluster(symbols, request, cluster, ordered)
    except ClusterUnavailable as reason:
        raise CannotContinue(f"{reason}.") from None


class _Lines:
    """Results as lines on standard output, each flushed when it is done."""

    finished: frozenset[str] = frozenset()

    def add(self, result: ScanResult) -> None:
        for line in result.lines:
            print_line(line)


class _Table:
    """Results as Parquet files."""

    def __init__(self, folder: Path, request: ScanRequest, resume: bool) -> None:
        from exports.scan_dataset import ScanDataset

        if folder.suffix != ".parquet":
            raise CannotContinue(f"{folder} is no name for a table: end it in .parquet, as in levels.parquet.")
        purpose = {name: str(value) for name, value in asdict(request).items()}
        if not request.days:
            purpose["as_of"] = str(request.as_of or f"{Date.today()}, the latest")
        self._dataset = ScanDataset(folder, purpose, resume)
        self.finished = self._dataset.finished

    def add(self, result: ScanResult) -> None:
        documents: list[dict[str, Any]] = [json.loads(line) for line in result.lines]
        self._dataset.add(result.symbol, documents)
