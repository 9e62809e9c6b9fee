"""What a command prints: results on standard output, problems on standard error, a progress bar on a terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from threading import RLock
from typing import Any, TypeVar

from tqdm import tqdm

from tickers.batch import FailedTicker

Result = TypeVar("Result")

# tqdm's own lock is shared between processes, and Python 3.14 warns about it when Ctrl-C ends them at once
tqdm.set_lock(RLock())


def print_line(line: str) -> None:
    """Print one result and flush it, so that a reader of the pipe gets it at once."""
    tqdm.write(line, file=sys.stdout)
    sys.stdout.flush()


def print_json(document: Mapping[str, Any]) -> None:
    """Print one JSON object on one line. Raises `ValueError` for NaN, which is not JSON."""
    print_line(json.dumps(document, ensure_ascii=False, allow_nan=False))


def report_problem(sentence: object) -> None:
    """Print one sentence on standard error."""
    tqdm.write(str(sentence), file=sys.stderr)


def report_notices(symbol: str, notices: Iterable[str]) -> None:
    """Print what is outdated or missing for a ticker that counts as done all the same."""
    for notice in notices:
        report_problem(f"{symbol}: {notice}")


def report_each(results: Iterable[Result | FailedTicker], total: int, report: Callable[[Result], None]) -> int:
    """Report the result of each of `total` tickers, or why there is none, and return how many tickers failed."""
    failed = 0
    with _progress_bar(total) as bar:
        for result in results:
            if isinstance(result, FailedTicker):
                failed += 1
                report_problem(result.reason)
            else:
                report(result)
            bar.update()
    return failed


@contextmanager
def _progress_bar(total: int) -> Iterator[tqdm[Any]]:
    """Show progress and the time left while the block runs, if standard error is a terminal."""
    bar = tqdm(total=total, unit="ticker", file=sys.stderr, disable=None, leave=False, dynamic_ncols=True)
    try:
        yield bar
    finally:
        bar.close()
