"""One question, «what is known of this symbol?», asked of Yahoo or of the built-in sample."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from market.answer import Answer
from market.price_history import PriceBasis
from market.symbols import parse_symbol

__all__ = ["AT_ONCE", "SOURCES", "Answer", "Source", "ask", "limit_notice", "stored_answer", "try_now", "waiting"]

Source = Literal["yahoo", "sample"]
SOURCES: tuple[Source, ...] = ("yahoo", "sample")
AT_ONCE = 4  # requests under way: more of them meet Yahoo's rate limit sooner than they save time


def ask(symbol: str, source: Source = "yahoo", basis: PriceBasis = "split-adjusted") -> Answer:
    """What `source` knows of `symbol`, and one's own targets. Raises a `MarketError` when there are no bars.

    Yahoo is asked only for what is not stored or no longer fresh. Where it fails, the stored bars are the answer, with
    their age in a notice; targets that fail are a notice too: the levels are worth showing without.
    """
    if source == "sample":
        return _with_own(_from_sample(symbol))
    from market import yahoo_through_store

    return _with_own(yahoo_through_store.brought_up_to_date(parse_symbol(symbol), basis))


def stored_answer(symbol: str, source: Source = "yahoo", basis: PriceBasis = "split-adjusted") -> Answer | None:
    """What can be shown at once: no request is made. None where nothing is stored.

    `Answer.stale` says that `ask` would ask Yahoo for newer bars. Raises a `MarketError` as `ask` does for symbols
    that cannot be, and for those that the sample does not hold.
    """
    if source == "sample":
        return ask(symbol, source)
    from market import yahoo_through_store

    stored = yahoo_through_store.as_stored(parse_symbol(symbol), basis)
    return None if stored is None else _with_own(stored)


def try_now(symbol: str) -> None:
    """The next `ask` asks Yahoo even where it failed a moment ago; only its own limit is heeded still."""
    from market import yahoo_through_store

    yahoo_through_store.lift_pauses(parse_symbol(symbol))


def limit_notice() -> str | None:
    """While Yahoo's own limit lasts, a sentence that says until when it is not asked."""
    from market import yahoo_through_store

    return yahoo_through_store.limit_notice()


def waiting() -> int:
    """How many questions to Yahoo wait for their turn now, within its budget a minute."""
    from market import yahoo_through_store

    return yahoo_through_store.budget().waiting


def _from_sample(symbol: str) -> Answer:
    from market import sample

    return Answer(sample.history(symbol), sample.targets(symbol))


def _with_own(answer: Answer) -> Answer:
    from market.store import opened

    own = opened().own_targets(answer.history.symbol)
    return replace(answer, targets=(*answer.targets, *own))
