"""`levelboard.py receipt`: counts, days and outcomes, as text and as JSON."""

from __future__ import annotations

import json

import pytest

import levelboard

ARGUMENTS = ("receipt", "CIFR", "--source", "sample", "--as-of", "2025-11-24")


def test_prints_the_days_and_what_followed(own_store, capsys):
    assert levelboard.main([*ARGUMENTS, "--kind", "ema_reclaimed"]) == 0
    first, days, after, any_day = capsys.readouterr().out.splitlines()
    assert first.startswith("CIFR: ") and first.endswith("to 24 Nov 2025.")
    assert days.endswith("24 Nov 2025.")
    assert after.startswith("  21 sessions after these days: median ")
    assert any_day.startswith("  21 sessions after any day: median ")


@pytest.mark.slow
def test_prints_an_object_a_ticker(own_store, capsys):
    assert levelboard.main([*ARGUMENTS, "--kind", "upgraded", "--kind", "target_raised", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["symbol"], document["sessions"], document["days"]) == ("CIFR", 504, ["2025-11-24"])
    assert document["after_21"] is None
    assert document["any_day_21"]["count"] == 504 - 21


def test_an_unknown_kind_is_refused_with_those_that_exist(own_store, capsys):
    assert levelboard.main([*ARGUMENTS, "--kind", "moon"]) == 2
    assert "'moon' is no kind of change: use ema_reclaimed, ema_lost" in capsys.readouterr().err
