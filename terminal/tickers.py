"""The tickers that a command line names: as arguments, by a watchlist, in a file."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from market.errors import BadSymbol
from market.symbols import Symbol, parse_symbols, split_symbols
from terminal.exit_status import CannotContinue
from terminal.output import report_problem


@dataclass(frozen=True)
class NamedTickers:
    """The symbols, each once, in their order, and an error for each text that cannot be a symbol."""

    symbols: tuple[Symbol, ...]
    invalid: tuple[BadSymbol, ...]


def named_tickers(tickers: tuple[str, ...], watchlist: str | None, tickers_from: str | None) -> NamedTickers:
    """Collect all tickers and report each text that cannot be one.

    Raises `CannotContinue` if nothing was named, or the list cannot be read.
    """
    listed = () if watchlist is None else _watchlist_symbols(watchlist)
    in_file = [] if tickers_from is None else _symbols_in_file(tickers_from)
    symbols, errors = parse_symbols([*tickers, *listed, *in_file])
    if not symbols and not errors:
        raise CannotContinue("No ticker was named: name some, or use --watchlist NAME or --tickers-from FILE.")
    for error in errors:
        report_problem(error)
    return NamedTickers(tuple(dict.fromkeys(symbols)), tuple(errors))


def _watchlist_symbols(name: str) -> tuple[str, ...]:
    from market.store.store import get_store

    store = get_store()
    watchlists = store.watchlists()
    if not watchlists:
        raise CannotContinue(f"The watchlists cannot be read. {store.notice}")
    for watchlist in watchlists:
        if watchlist.name.casefold() == name.strip().casefold():
            return watchlist.symbols
    existing = ", ".join(watchlist.name for watchlist in watchlists)
    raise CannotContinue(f"There is no watchlist '{name}': use one of {existing}.")


def _symbols_in_file(name: str) -> list[str]:
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise CannotContinue(f"{name} cannot be read ({reason}): name a file of tickers.") from None
    return split_symbols("\n".join(line.partition("#")[0] for line in text.splitlines()))
