"""A scan says how old what is stored is, as every other way out of Levelboard does."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from datetime import date as Date

import pytest

import levelboard
from market.sample import sample
from market.store.store import get_store


def kept(fetched: timedelta, targets: timedelta | None) -> None:
    """The sample as what Yahoo said so long ago, its targets too."""
    now = datetime.now(UTC)
    get_store().keep_history(replace(sample.history("MARA"), fetched_at=now - fetched))
    if targets is not None:
        get_store().keep_targets("MARA", sample.targets("MARA"), Date(2025, 11, 24), now - targets)


@pytest.mark.parametrize(
    ("fetched", "targets", "said"),
    [
        (timedelta(days=3), timedelta(days=3), "Showing prices and analyst targets fetched 3 days ago."),
        (
            timedelta(days=9),
            timedelta(hours=7),
            "Showing prices fetched 9 days ago and analyst targets fetched 7 hours ago.",
        ),
        (timedelta(days=9), None, "Showing prices fetched 9 days ago; analyst targets were never fetched."),
    ],
)
def test_what_is_old_says_its_age(
    capsys: pytest.CaptureFixture[str], fetched: timedelta, targets: timedelta | None, said: str
) -> None:
    kept(fetched, targets)
    assert levelboard.main(["MARA", "--scan", "--jobs", "1"]) == 0
    written = capsys.readouterr()
    assert written.err == f"MARA: {said}\n"
    assert json.loads(written.out)["symbol"] == "MARA"


def test_what_is_fresh_or_reaches_the_day_asked_for_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    kept(timedelta(), timedelta())
    assert levelboard.main(["MARA", "--scan", "--jobs", "1"]) == 0
    kept(timedelta(days=9), None)
    last = sample.history("MARA").bars.index[-1].date()
    assert levelboard.main(["MARA", "--scan", "--jobs", "1", "--as-of", f"{last}"]) == 0
    assert capsys.readouterr().err == ""
