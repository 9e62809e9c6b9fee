"""Sentences about old or missing data: how old is what is shown, why, and when Yahoo is tried next."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from market.price_history import PriceHistory
from market.yahoo.errors import FetchFailure

if TYPE_CHECKING:
    from market.store.store import TargetList

MISSING = "could not be fetched"


def failure_notices(
    history: PriceHistory,
    listing: TargetList | None,
    bars_failure: FetchFailure | None,
    targets_failure: FetchFailure | None,
    now: datetime,
) -> tuple[str, ...]:
    """Return a sentence per failure, or one for both if they have the same cause."""
    failures: dict[str, list[FetchFailure]] = {}
    ages: dict[str, list[tuple[str, str | None]]] = {}
    if bars_failure is not None:
        failures.setdefault(bars_failure.cause, []).append(bars_failure)
        ages.setdefault(bars_failure.cause, []).append(("prices", _age(history.fetched_at, now)))
    if targets_failure is not None:
        targets_age = _age(listing.fetched_at, now) if listing else None
        failures.setdefault(targets_failure.cause, []).append(targets_failure)
        ages.setdefault(targets_failure.cause, []).append(("analyst targets", targets_age))
    return tuple(
        f"{_shown_phrase(ages[cause], MISSING)}: {cause}. {_next_try(same_cause, now)}"
        for cause, same_cause in failures.items()
    )


def limit_sentence(limit: FetchFailure, now: datetime) -> str:
    """Return the answer to a retry while all requests are held back."""
    return f"Not tried yet: {limit.cause}. {_next_try([limit], now)}"


def age_notice(history: PriceHistory, listing: TargetList | None, now: datetime) -> str:
    """Return a sentence that says how old stored data is, where nobody tried to fetch newer data."""
    targets_age = _age(listing.fetched_at, now) if listing else None
    ages = [("prices", _age(history.fetched_at, now)), ("analyst targets", targets_age)]
    return f"{_shown_phrase(ages, 'were never fetched')}."


def _shown_phrase(ages: Iterable[tuple[str, str | None]], missing: str) -> str:
    """Return "Showing prices and analyst targets fetched 3 days ago"; `missing` tells of what has no age."""
    subjects_by_age: dict[str | None, list[str]] = {}
    for subject, age in ages:
        subjects_by_age.setdefault(age, []).append(subject)
    absent = subjects_by_age.pop(None, [])
    shown = [f"{' and '.join(subjects)} fetched {age}" for age, subjects in subjects_by_age.items()]
    phrases = [f"showing {' and '.join(shown)}"] if shown else []
    phrases += [f"{' and '.join(absent)} {missing}"] if absent else []
    phrase = "; ".join(phrases)
    return f"{phrase[0].upper()}{phrase[1:]}"


def _age(fetched_at: datetime | None, now: datetime) -> str:
    """Return "3 days ago", in the largest unit of which there is at least one."""
    seconds = 0.0 if fetched_at is None else (now - fetched_at).total_seconds()
    for unit, length in (("day", 86400.0), ("hour", 3600.0), ("minute", 60.0)):
        count = int(seconds // length)
        if count >= 1:
            return f"{count} {unit}{'s' if count > 1 else ''} ago"
    return "a moment ago"


def _next_try(failures: Iterable[FetchFailure], now: datetime) -> str:
    """Return "Next try at 16:35 EST." by this computer's clock, with the date if that is another day."""
    local = min(failure.retry_at for failure in failures).astimezone()
    day = "" if local.date() == now.astimezone().date() else f" on {local:%Y-%m-%d}"
    return f"Next try at {local:%H:%M %Z}{day}."
