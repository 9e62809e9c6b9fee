"""`levelboard.py changes`: what is different from the session before, ticker by ticker."""

from __future__ import annotations

from datetime import date as Date
from functools import partial
from typing import TYPE_CHECKING

import click

from market.source import SourceKey
from terminal.exit_status import CannotContinue, ExitStatus
from terminal.options import PastDay, as_of_option, source_option, ticker_options, verbose_option
from terminal.output import print_json, print_line, report_each, report_notices
from terminal.tickers import named_tickers
from text.numbers import format_day

if TYPE_CHECKING:
    from alerts.many_tickers import TickerChanges

EXAMPLES = """\b
Examples:
  python levelboard.py changes CIFR CLSK --as-of 2025-11-24
  python levelboard.py changes --watchlist Miners --as-of 2025-11-24 --since 2025-11-17 --json
"""


@click.command(epilog=EXAMPLES, short_help="Print what changed since the session before, or since a day.")
@ticker_options
@click.option("--since", type=PastDay(), metavar="YYYY-MM-DD", help="After this day.  [default: the last session]")
@as_of_option
@source_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line for each change.")
@verbose_option
def changes(
    tickers: tuple[str, ...],
    watchlist: str | None,
    tickers_from: str | None,
    since: Date | None,
    as_of: Date | None,
    source: SourceKey,
    as_json: bool,
) -> int:
    """Print what changed on each ticker: levels crossed, lines touched, targets moved, ratings, earnings.

    The newest change of a ticker comes first. Without a change a ticker prints nothing. A ticker that fails is reported
    and the others go on; the exit status is then 1.
    """
    from alerts.many_tickers import ChangesRequest, changes_of_many

    if since and since >= (as_of or Date.today()):
        raise CannotContinue(f"--since {since} leaves no day up to {as_of or 'today'}: name an earlier day.")
    named = named_tickers(tickers, watchlist, tickers_from)
    results = changes_of_many(named.symbols, ChangesRequest(source, as_of, since or 1))
    failed = report_each(results, len(named.symbols), partial(_print_changes, as_json=as_json))
    return ExitStatus.UNUSABLE if failed or named.invalid else ExitStatus.OK


def _print_changes(found: TickerChanges, as_json: bool) -> None:
    from alerts.recent_changes import change_document

    report_notices(found.symbol, found.notices)
    for change in found.changes:
        if as_json:
            print_json(change_document(change))
        else:
            print_line(f"{change.symbol}, {format_day(change.session)}: {change.text}")
