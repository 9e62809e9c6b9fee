"""Click options that several commands share, and the types of their values."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date as Date
from typing import Any, TypeVar, get_args

import click
import pandas as pd

from indicators.analysis import Scale
from indicators.intervals.bar_units import Interval
from logs import start_logging
from market.sources import SOURCES, default_source

MAX_JOBS = 64
Command = TypeVar("Command", bound=Callable[..., Any])


class OneOf(click.Choice[str]):
    """One of a few words, in any case."""

    def __init__(self, choices: tuple[str, ...]) -> None:
        super().__init__(choices, case_sensitive=False)

    def get_invalid_choice_message(self, value: Any, ctx: click.Context | None) -> str:
        *others, last = self.choices
        return f"'{value}' is not a choice: use {', '.join(others)} or {last}"


class PastDay(click.ParamType):
    """An ISO date up to today."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Date:
        try:
            day = Date.fromisoformat(value)
        except ValueError:
            self.fail(f"'{value}' is not a date: write one such as 2025-11-24", param, ctx)
        if day > Date.today():
            self.fail(f"{day} is in the future: use a day up to today", param, ctx)
        return day


class PastDays(click.ParamType):
    """Weekdays from one ISO date to another, every one or every STEP-th: FROM:TO[:STEP]."""

    name = "days"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[Date, ...]:
        first, _, rest = str(value).partition(":")
        last, _, step = rest.partition(":")
        day = PastDay()
        start, end = day.convert(first, param, ctx), day.convert(last, param, ctx)
        if step and not (step.isdecimal() and int(step)):
            self.fail(f"'{step}' is not a step: use a number of weekdays, such as 5", param, ctx)
        days = pd.bdate_range(start, end, freq=f"{step or 1}B")
        if days.empty:
            self.fail(f"there is no weekday from {start} to {end}: write the earlier day first", param, ctx)
        return tuple(day.date() for day in days)


class JobCount(click.ParamType):
    """How many tickers to work on at once, 1 to `MAX_JOBS`."""

    name = "count"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        text = str(value)  # a default is a number already
        if not text.isdecimal() or not 1 <= int(text) <= MAX_JOBS:
            self.fail(f"'{text}' is not a number of jobs: use 1 to {MAX_JOBS}", param, ctx)
        return int(text)


def _start_logging(context: click.Context, parameter: click.Parameter, verbose: bool) -> None:
    start_logging(verbose)


_TICKERS = (
    click.argument("tickers", nargs=-1, metavar="[TICKERS]..."),
    click.option("--watchlist", metavar="NAME", help="Add the tickers of one of the dashboard's watchlists."),
    click.option(
        "--tickers-from",
        metavar="FILE",
        help="Add the tickers of a file, one a line or separated by spaces or commas; # starts a comment, - is stdin.",
    ),
)
as_of_option = click.option("--as-of", type=PastDay(), metavar="YYYY-MM-DD", help="Use nothing later than this day.")
source_option = click.option(
    "--source",
    type=OneOf(tuple(SOURCES)),
    default=default_source,
    show_default="files if LEVELS_FILES is set, else yahoo",
    help="Where the prices come from.",
)
_ANALYSIS = (
    as_of_option,
    source_option,
    click.option(
        "--scale",
        type=OneOf(get_args(Scale)),
        default="linear",
        show_default=True,
        help="Price scale on which trendlines are straight.",
    ),
)
interval_option = click.option(
    "--interval",
    type=OneOf(get_args(Interval)),
    default="1d",
    show_default=True,
    help="Bars that levels are made from: those of days, weeks or months.",
)
verbose_option = click.option(
    "--verbose",
    is_flag=True,
    expose_value=False,
    callback=_start_logging,
    help="Log requests and faults on standard error.",
)


def ticker_options(command: Command) -> Command:
    """Add TICKERS, --watchlist and --tickers-from, the arguments of `terminal.tickers.named_tickers`."""
    return _add(_TICKERS, command)


def analysis_options(command: Command) -> Command:
    """Add --as-of, --source and --scale."""
    return _add(_ANALYSIS, command)


def _add(options: tuple[Callable[[Command], Command], ...], command: Command) -> Command:
    for option in reversed(options):
        command = option(command)
    return command
