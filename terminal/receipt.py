"""`levelboard.py receipt`: how often a change happened in two years, and what the price did afterwards."""

from __future__ import annotations

from datetime import date as Date
from typing import TYPE_CHECKING, Any

import click

from market.source import SourceKey
from market.sources import fetch
from market.symbols import Symbol
from terminal.exit_status import ExitStatus
from terminal.options import as_of_option, source_option, ticker_options, verbose_option
from terminal.output import print_json, print_line, report_each, report_notices
from terminal.tickers import named_tickers
from text.numbers import format_count, format_day, format_percent
from tickers.batch import run_in_order

if TYPE_CHECKING:
    from alerts.receipt import Outcomes, Receipt

EXAMPLES = """\b
Examples:
  python levelboard.py receipt CIFR --kind ema_lost --as-of 2025-11-24
  python levelboard.py receipt CIFR CLSK --kind line_broken --kind zone_broken --json
"""


def _kinds(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    from alerts.changes import CHANGE_KINDS

    unknown = [value for value in values if value not in CHANGE_KINDS]
    if unknown:
        raise click.BadParameter(f"'{unknown[0]}' is no kind of change: use {', '.join(CHANGE_KINDS)}")
    return values


@click.command(epilog=EXAMPLES, short_help="Print how often a change happened, and what followed.")
@ticker_options
@click.option("--kind", "kinds", multiple=True, required=True, callback=_kinds, help="A kind of change, or several.")
@as_of_option
@source_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line for each ticker.")
@verbose_option
def receipt(
    tickers: tuple[str, ...],
    watchlist: str | None,
    tickers_from: str | None,
    kinds: tuple[str, ...],
    as_of: Date | None,
    source: SourceKey,
    as_json: bool,
) -> int:
    """Print on which days of the last two years a kind of change happened, and the 21 sessions after each.

    The kinds are those that "changes --json" prints. Beside the outcomes stand those of any day: where the two are
    alike, the change said nothing.
    """
    from alerts.receipt import make_receipt

    def load(symbol: str) -> tuple[Receipt, tuple[str, ...]]:
        data = fetch(Symbol(symbol), source)
        return make_receipt(data, kinds, as_of), data.notices  # type: ignore[arg-type]  # checked by _kinds

    def report(result: tuple[Receipt, tuple[str, ...]]) -> None:
        made, notices = result
        report_notices(made.symbol, notices)
        if as_json:
            print_json(receipt_document(made))
        else:
            print_line(receipt_text(made))

    named = named_tickers(tickers, watchlist, tickers_from)
    failed = report_each(run_in_order(load, named.symbols), len(named.symbols), report)
    return ExitStatus.UNUSABLE if failed or named.invalid else ExitStatus.OK


def receipt_document(made: Receipt) -> dict[str, Any]:
    """Return the object that `receipt --json` prints: days in ISO form, moves in percent, null where none is known."""
    return {
        "symbol": made.symbol,
        "first": made.first.isoformat(),
        "last": made.last.isoformat(),
        "sessions": made.sessions,
        "days": [day.isoformat() for day in made.days],
        "after_21": _outcomes_document(made.after),
        "any_day_21": _outcomes_document(made.any_day),
    }


def receipt_text(made: Receipt) -> str:
    """Return the receipt as a line of counts, one of days and two of outcomes."""
    span = f"{format_day(made.first)} to {format_day(made.last)}"
    lines = [f"{made.symbol}: {format_count(len(made.days), 'session')} of {made.sessions} from {span}."]
    if made.days:
        lines.append(f"  On {', '.join(map(format_day, made.days))}.")
    lines += [f"  21 sessions after {name}: {_phrase(found)}." for name, found in _named_outcomes(made)]
    return "\n".join(lines)


def _named_outcomes(made: Receipt) -> tuple[tuple[str, Outcomes | None], ...]:
    return ("these days", made.after), ("any day", made.any_day)


def _phrase(outcomes: Outcomes | None) -> str:
    if outcomes is None:
        return "not known yet"
    low, high = format_percent(outcomes.lowest_pct), format_percent(outcomes.highest_pct)
    return f"median {format_percent(outcomes.median_pct)}, from {low} to {high} ({format_count(outcomes.count, 'day')})"


def _outcomes_document(outcomes: Outcomes | None) -> dict[str, Any] | None:
    return None if outcomes is None else {name: round(value, 6) for name, value in vars(outcomes).items()}
