"""What could not be had of Yahoo, in sentences: how old is what is shown instead, why, and when it is asked again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from market.price_history import PriceHistory

if TYPE_CHECKING:
    from market.store.store import TargetList


@dataclass(frozen=True)
class FetchFailure:
    """Why what is stored has to do, as in a sentence, and when Yahoo will be asked again."""

    cause: str
    again_at: datetime


_Part = tuple[str, str, FetchFailure]  # «prices», «are those fetched 3 days ago», and why


def notices(
    history: PriceHistory,
    listing: TargetList | None,
    bars_trouble: FetchFailure | None,
    targets_trouble: FetchFailure | None,
    now: datetime,
) -> tuple[str, ...]:
    """A sentence for each trouble, one for both where they have the same cause."""
    said: dict[str, list[_Part]] = {}
    if bars_trouble is not None:
        state = f"are those fetched {_age(history.fetched_at, now)}"
        said.setdefault(bars_trouble.cause, []).append(("prices", state, bars_trouble))
    if targets_trouble is not None:
        state = f"are those fetched {_age(listing.fetched_at, now)}" if listing else "could not be fetched"
        said.setdefault(targets_trouble.cause, []).append(("analyst targets", state, targets_trouble))
    return tuple(_sentence(cause, parts, now) for cause, parts in said.items())


def backoff_notice(trouble: FetchFailure, now: datetime) -> str:
    """To whoever asks meanwhile."""
    return f"Not asked now: {trouble.cause}; it will be asked again {_clock(trouble.again_at, now)}."


def age_notice(history: PriceHistory, listing: TargetList | None, now: datetime) -> str:
    """How old is what is stored, where nobody tried for newer."""
    targets = f"are those fetched {_age(listing.fetched_at, now)}" if listing else "were never fetched"
    prices = f"are those fetched {_age(history.fetched_at, now)}"
    return f"{_stated([('prices', prices), ('analyst targets', targets)])}."


def _sentence(cause: str, parts: list[_Part], now: datetime) -> str:
    again = min(trouble.again_at for _, _, trouble in parts)
    what = _stated((subject, state) for subject, state, _ in parts)
    return f"{what}: {cause}; it will be asked again {_clock(again, now)}."


def _stated(parts: Iterable[tuple[str, str]]) -> str:
    """«Prices and analyst targets are …» for (subject, state) pairs, each state once."""
    subjects: dict[str, list[str]] = {}
    for subject, state in parts:
        subjects.setdefault(state, []).append(subject)
    what = " and ".join(f"{' and '.join(each)} {state}" for state, each in subjects.items())
    return f"{what[0].upper()}{what[1:]}"


def _age(fetched_at: datetime | None, now: datetime) -> str:
    """In the largest unit of which there is at least one."""
    seconds = 0.0 if fetched_at is None else (now - fetched_at).total_seconds()
    for unit, length in (("day", 86400.0), ("hour", 3600.0), ("minute", 60.0)):
        count = int(seconds // length)
        if count >= 1:
            return f"{count} {unit}{'s' if count > 1 else ''} ago"
    return "a moment ago"


def _clock(moment: datetime, now: datetime) -> str:
    """By the clock of this computer, with its zone; with the day where that is another one."""
    here = moment.astimezone()
    day = "" if here.date() == now.astimezone().date() else f" on {here:%Y-%m-%d}"
    return f"at {here:%H:%M %Z}{day}"
