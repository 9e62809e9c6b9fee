"""`levelboard.py alerts`: check the rules, list them, make one, and try a destination."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from datetime import date as Date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from market.source import SourceKey
from market.sources import fetch
from market.store.failures import StoreProblem
from market.symbols import Symbol, parse_symbols
from terminal.exit_status import CannotContinue, ExitStatus
from terminal.options import OneOf, as_of_option, source_option, verbose_option
from terminal.output import print_json, print_line, report_each, report_notices, report_problem
from terminal.receipt import receipt_document, receipt_text
from terminal.tickers import named_tickers
from tickers.batch import run_in_order
from tickers.json_document import json_number

if TYPE_CHECKING:
    from alerts.check import Check, Sent
    from alerts.destinations import Destination
    from alerts.firings import Firing
    from alerts.receipt import Receipt
    from alerts.rules import AlertRule, Threshold

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")


EXAMPLES = """\b
Examples:
  python levelboard.py alerts connect Mail
  python levelboard.py alerts add "Lost EMA 50" CIFR --kind ema_lost --label "EMA 50" --to Mail
  python levelboard.py alerts add "Cipher at 18" CIFR --kind price_reached --threshold 18
  python levelboard.py alerts receipt "Lost EMA 50"
  python levelboard.py alerts check --dry-run
"""
CHECK_EXAMPLES = """\b
Examples:
  python levelboard.py alerts check
  python levelboard.py alerts check --dry-run --source sample --as-of 2025-11-24
"""


@click.group(no_args_is_help=False, epilog=EXAMPLES, short_help="Check alert rules and send what fires.")
def alerts() -> None:
    """Tell by mail, webhook, chat or push what happens to tickers: levels crossed, prices reached, targets moved.

    Rules and destinations are those that belong to everyone; "alerts check" checks those of all people. Sending needs
    Apprise: pip install -r requirements-alerts.txt
    """


@alerts.command(epilog=CHECK_EXAMPLES, short_help="Check all rules and send what fires.")
@click.option("--dry-run", is_flag=True, help="Print what would fire, and neither send nor note anything.")
@as_of_option
@source_option
@json_option
@verbose_option
def check(dry_run: bool, as_of: Date | None, source: SourceKey, as_json: bool) -> int:
    """Check all rules on the newest bars and send what fires, each alert once.

    Of several processes that share a store one checks at a time. What could not be sent is tried again at the next
    check, for three days. Nothing fires on old bars. The exit status is 1 if a ticker could not be checked or an alert
    not be sent.
    """
    from alerts.check import check_alerts, try_alerts
    from alerts.pictures import draw_picture

    if as_of and not dry_run:
        raise CannotContinue("--as-of checks a past day, of which nothing is sent: give --dry-run too.")
    done = try_alerts(source, as_of) if dry_run else check_alerts(source, partial(draw_picture, source))
    _report_check(done, as_json)
    is_well = not done.problems and all(sent.outcome == "sent" for sent in done.sent)
    return ExitStatus.OK if is_well else ExitStatus.UNUSABLE


def _report_check(done: Check, as_json: bool) -> None:
    if done.is_busy:
        report_problem("Another Levelboard is checking the alerts of this store, so nothing was done here.")
    for problem in done.problems:
        report_problem(problem)
    for firing in done.firings:
        _print_firing(firing, as_json)
    for sent in done.sent:
        _print_sent(sent, as_json)


def _print_firing(firing: Firing, as_json: bool) -> None:
    from alerts.messages import match_line

    for match in firing.found:
        if as_json:
            values = {"symbol": match.symbol, "session": match.session.isoformat(), "rule": firing.rule.name}
            rest = {"label": match.label, "price": json_number(match.price), "text": match.text}
            print_json(values | rest | {"in_progress": match.in_progress})
        else:
            print_line(f"{match_line(match)} ({firing.rule.name})")


def _print_sent(sent: Sent, as_json: bool) -> None:
    from alerts.messages import message_from_json

    title = message_from_json(sent.delivery.body).title
    if as_json:
        rest = {"symbol": sent.delivery.key.symbol, "title": title, "outcome": sent.outcome, "problem": sent.problem}
        print_json({"destination": sent.destination} | rest)
    elif sent.problem is None:
        print_line(f"Sent to {sent.destination}: {title}")
    else:
        report_problem(f"{title}: {sent.problem}{' It is tried again.' if sent.outcome == 'waiting' else ''}")


@alerts.command("list", short_help="List rules and destinations.")
@json_option
@verbose_option
def list_rules(as_json: bool) -> int:
    """Print each rule, and each destination without its address."""
    from alerts.rules import describe_rule

    rules, destinations = _rules(), _destinations()
    names = {destination.id: destination.name for destination in destinations}
    for rule in rules:
        to = [names[known] for known in rule.destinations if known in names]
        if as_json:
            values = {"rule": rule.name, "waits_for": describe_rule(rule), "frequency": rule.frequency}
            print_json(values | {"paused": rule.paused, "destinations": to})
        else:
            state = ", paused" if rule.paused else ""
            print_line(f"{rule.name}: {describe_rule(rule)}; {rule.frequency}{state}, to {', '.join(to) or 'nobody'}")
    for destination in destinations:
        if as_json:
            print_json({"destination": destination.name, "address": destination.masked})
        else:
            print_line(f"Destination {destination.name}: {destination.masked}")
    return ExitStatus.OK


@alerts.command(short_help="Send a test message.")
@click.argument("destination")
@verbose_option
def test(destination: str) -> int:
    """Send a message to the destination of that name."""
    from alerts.sending import Message, SendProblem, send

    named = _named(destination, _destinations(), "destination")
    try:
        send(named, Message("Levelboard: test", "This is a test. Alerts will arrive here."))
    except SendProblem as error:
        raise CannotContinue(str(error)) from None
    print_line(f"Sent to {named.name}.")
    return ExitStatus.OK


CONNECT_EXAMPLES = """\b
Examples:
  python levelboard.py alerts connect Mail            (asks for the address)
  python levelboard.py alerts connect Phone < address.txt
An address is one of Apprise: mailtos://user:password@example.com, ntfy://topic, json://host/path
"""


@alerts.command(epilog=CONNECT_EXAMPLES, short_help="Add a destination.")
@click.argument("name")
@verbose_option
def connect(name: str) -> int:
    """Add a destination, whose address is read from standard input, since it holds a password."""
    from alerts.destinations import Destination, check_destination
    from alerts.kept_rules import save_destination
    from alerts.rules import InvalidRule
    from alerts.sending import SendProblem

    address = click.prompt("Address", hide_input=True, err=True) if sys.stdin.isatty() else sys.stdin.readline()
    destination = Destination(name, address.strip())
    if any(known.name == name for known in _destinations()):
        raise CannotContinue(f'There is already a destination "{name}": remove it first, or choose another name.')
    try:
        _check_address(check_destination(destination))
        save_destination(destination, "")
    except (InvalidRule, SendProblem, StoreProblem) as error:
        raise CannotContinue(str(error)) from None
    print_line(f"Added {name}: {destination.masked}")
    return ExitStatus.OK


def _check_address(destination: Destination) -> None:
    """Raise `SendProblem` for an address that Apprise does not understand; without Apprise say that it is missing."""
    from alerts.sending import AppriseMissing, check_address

    try:
        check_address(destination)
    except AppriseMissing as error:
        report_problem(error)


def _kinds(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    from alerts.rules import RULE_KINDS

    unknown = [value for value in values if value not in RULE_KINDS]
    if unknown:
        raise click.BadParameter(f"'{unknown[0]}' is nothing to wait for: use {', '.join(RULE_KINDS)}")
    return values


ADD_EXAMPLES = """\b
Examples:
  python levelboard.py alerts add "Lost EMA 50" CIFR --kind ema_lost --label "EMA 50" --to Mail
  python levelboard.py alerts add "Cipher at 18" CIFR --kind price_reached --threshold 18
  python levelboard.py alerts add "Near a zone" CIFR CLSK --kind near_level --level zone --threshold "0.5 atr"
  python levelboard.py alerts add "Under its line" CIFR --kind closed_below --level trendline
  python levelboard.py alerts add "Deep cuts" --watchlist Miners --kind target_cut --threshold "10 %" --to Mail
"""


@alerts.command(epilog=ADD_EXAMPLES, short_help="Make a rule.")
@click.argument("name")
@click.argument("tickers", nargs=-1)
@click.option("--watchlist", default="", metavar="NAME", help="Watch whichever tickers this watchlist has.")
@click.option("--kind", "kinds", multiple=True, required=True, callback=_kinds, help="What to wait for, or several.")
@click.option("--label", default="", help='The one level or firm meant, such as "EMA 50" or JPMorgan.')
@click.option(
    "--level", "level_kinds", multiple=True, help="For near_level: a kind of level, such as zone, or several."
)
@click.option("--threshold", metavar="AMOUNT", help='A price, such as 18; a part, "10 %"; or a distance, "0.5 atr".')
@click.option("--frequency", type=OneOf(("once", "daily", "each time")), default="daily", show_default=True)
@click.option("--to", "to", multiple=True, metavar="DESTINATION", help="Whom to tell, or several.")
@verbose_option
def add(
    name: str,
    tickers: tuple[str, ...],
    watchlist: str,
    kinds: tuple[Any, ...],
    label: str,
    level_kinds: tuple[Any, ...],
    threshold: str | None,
    frequency: Any,
    to: tuple[str, ...],
) -> int:
    """Make a rule that is armed from today on."""
    from alerts.kept_rules import save_rule
    from alerts.rules import AlertRule, InvalidRule, describe_rule

    symbols, errors = parse_symbols(tickers)
    if errors:
        raise CannotContinue(str(errors[0]))
    if any(known.name == name for known in _rules()):
        raise CannotContinue(f'There is already a rule "{name}": remove it first, or choose another name.')
    known = _destinations()
    rule = AlertRule(
        name,
        kinds,
        tuple(symbols),
        watchlist,
        label,
        level_kinds,
        None if threshold is None else _threshold(threshold),
        frequency,
        destinations=tuple(_named(destination, known, "destination").id for destination in to),
        basis_day=datetime.now(UTC).date(),
    )
    try:
        print_line(f"Added {describe_rule(save_rule(rule, ''))}")
    except (InvalidRule, StoreProblem) as error:
        raise CannotContinue(str(error)) from None
    return ExitStatus.OK


def _threshold(text: str) -> Threshold:
    from alerts.rules import Threshold

    number = text.strip().lower()
    for ending, unit in (("%", "percent"), ("atr", "atr"), ("", "price")):
        if number.endswith(ending):
            try:
                return Threshold(float(number.removesuffix(ending)), unit)  # type: ignore[arg-type]
            except ValueError:
                break
    raise CannotContinue(f'\'{text}\' is no threshold: write a price such as 18, "10 %" or "0.5 atr".')


@alerts.command("receipt", short_help="Print how often a rule would have fired, and what followed.")
@click.argument("name")
@as_of_option
@source_option
@json_option
@verbose_option
def rule_receipt(name: str, as_of: Date | None, source: SourceKey, as_json: bool) -> int:
    """Replay the rule of that name over the last two years of each of its tickers.

    Prints the days on which it would have fired and what the price did in the 21 sessions after each, beside any day's.
    """
    from alerts.firings import watched_symbols
    from alerts.receipt import make_rule_receipt
    from market.store.store import get_store

    rule = _named(name, _rules(), "rule")
    symbols = watched_symbols(rule, get_store().watchlists())
    if symbols is None:
        raise CannotContinue(f"There is no watchlist '{rule.watchlist}' any more: make the rule again.")

    def load(symbol: str) -> tuple[Receipt, tuple[str, ...]]:
        data = fetch(Symbol(symbol), source)
        return make_rule_receipt(data, rule, as_of), data.notices

    def report(result: tuple[Receipt, tuple[str, ...]]) -> None:
        made, notices = result
        report_notices(made.symbol, notices)
        if as_json:
            print_json(receipt_document(made))
        else:
            print_line(receipt_text(made))

    failed = report_each(run_in_order(load, symbols), len(symbols), report)
    return ExitStatus.UNUSABLE if failed else ExitStatus.OK


DIGEST_EXAMPLES = """\b
Examples:
  python levelboard.py alerts digest Miners --out miners.html
  python levelboard.py alerts digest Miners --send Mail
"""


@alerts.command(epilog=DIGEST_EXAMPLES, short_help="Write or send the digest of a watchlist.")
@click.argument("watchlist")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.html", help="Write it here.")
@click.option("--send", "to", multiple=True, metavar="DESTINATION", help="Send it there, or to several.")
@as_of_option
@source_option
@verbose_option
def digest(watchlist: str, out: Path | None, to: tuple[str, ...], as_of: Date | None, source: SourceKey) -> int:
    """Put what changed in the last session, the nearest levels, new targets and a picture of each ticker on one page.

    Without --out and --send its text is printed. Each run sends it anew: let one computer do it, once a day.
    """
    from alerts.digest import digest_message, digest_page, digest_text, draw_small_picture, make_digest
    from alerts.sending import SendProblem, send
    from exports.atomic_files import write_atomically

    known = _destinations() if to else ()
    destinations = [_named(name, known, "destination") for name in to]
    named = named_tickers((), watchlist, None)
    draw = draw_small_picture if out or to else lambda analysis: None
    made = make_digest(watchlist, named.symbols, source, as_of, draw)
    for problem in made.problems:
        report_problem(problem)
    if out is not None:
        write_atomically(out, digest_page(made).encode())
        print_line(str(out))
    elif not to:
        print_line(f"{made.title}\n{digest_text(made)}")
    failed = 0
    for destination in destinations:
        try:
            send(destination, digest_message(made), lambda: made.pictures)
            print_line(f"Sent to {destination.name}: {made.title}")
        except SendProblem as error:
            report_problem(error)
            failed += 1
    return ExitStatus.UNUSABLE if failed or len(made.tickers) < len(named.symbols) else ExitStatus.OK


@alerts.command(short_help="Delete a rule or a destination.")
@click.argument("name")
@verbose_option
def remove(name: str) -> int:
    """Delete the rule of that name, else the destination of that name."""
    from alerts.kept_rules import delete_destination, delete_rule

    try:
        for rule in _rules():
            if rule.name == name:
                delete_rule(rule, "")
                print_line(f"Deleted the rule {name}.")
                return ExitStatus.OK
        delete_destination(_named(name, _destinations(), "rule or destination"), "")
    except StoreProblem as error:
        raise CannotContinue(str(error)) from None
    print_line(f"Deleted the destination {name}.")
    return ExitStatus.OK


def _rules() -> tuple[AlertRule, ...]:
    from alerts.kept_rules import rules_of

    try:
        return rules_of("")
    except StoreProblem as error:
        raise CannotContinue(str(error)) from None


def _destinations() -> tuple[Destination, ...]:
    from alerts.kept_rules import destinations_of

    try:
        return destinations_of("")
    except StoreProblem as error:
        raise CannotContinue(str(error)) from None


def _named(name: str, kept: tuple[Any, ...], thing: str) -> Any:
    """Return the rule or destination of that name. Raises `CannotContinue`."""
    for one in kept:
        if one.name == name:
            return one
    names = ", ".join(one.name for one in kept)
    raise CannotContinue(f"There is no {thing} '{name}': {f'use one of {names}' if names else 'there are none yet'}.")
