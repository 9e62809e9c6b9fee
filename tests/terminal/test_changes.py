"""`levelboard.py changes`: what the article of 24 November 2025 tells, as text and as JSON."""

from __future__ import annotations

import json

import pytest

import levelboard

SAMPLE = ("--source", "sample", "--as-of", "2025-11-24")


def lines(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    assert levelboard.main(["changes", *arguments, *SAMPLE]) == 0
    return capsys.readouterr().out.splitlines()


def test_prints_a_line_for_each_change(own_store, capsys):
    found = lines(capsys, "CIFR", "CLSK")
    assert "CIFR, 24 Nov 2025: Closed back above the 50-day EMA at $15.89." in found
    assert "CLSK, 24 Nov 2025: JPMorgan upgraded to Overweight from Neutral." in found


def test_prints_an_object_for_each_change_of_a_watchlist(own_store, capsys):
    found = [json.loads(line) for line in lines(capsys, "--watchlist", "Miners", "--json")]
    assert {document["symbol"] for document in found} == {"CIFR", "CLSK", "IREN", "MARA", "RIOT"}
    assert {tuple(document) for document in found} == {("symbol", "session", "kind", "label", "price", "text")}
    upgraded = [document for document in found if document["kind"] == "upgraded"]
    assert [(document["symbol"], document["price"]) for document in upgraded] == [("CIFR", None), ("CLSK", None)]


def test_an_object_has_the_session_the_level_and_the_sentence(own_store, capsys):
    found = [json.loads(line) for line in lines(capsys, "CIFR", "--json")]
    raised = next(document for document in found if document["kind"] == "target_raised")
    assert raised == {
        "symbol": "CIFR",
        "session": "2025-11-24",
        "kind": "target_raised",
        "label": "JPMorgan",
        "price": 18.0,
        "text": "JPMorgan raised its target to $18 from $12.",
    }


def test_since_a_day_goes_back_to_the_session_after_it(own_store, capsys):
    found = [json.loads(line) for line in lines(capsys, "RIOT", "--since", "2025-11-20", "--json")]
    assert {document["session"] for document in found} == {"2025-11-21", "2025-11-24"}


def test_a_since_that_leaves_no_day_is_refused(own_store, capsys):
    assert levelboard.main(["changes", "CIFR", "--since", "2025-11-24", *SAMPLE]) == 1
    assert capsys.readouterr().err.strip().endswith("leaves no day up to 2025-11-24: name an earlier day.")


def test_a_ticker_that_fails_makes_the_status_1_and_the_others_are_printed(own_store, capsys):
    assert levelboard.main(["changes", "NVDA", "CIFR", *SAMPLE]) == 1
    printed = capsys.readouterr()
    assert printed.err.startswith("NVDA: ")
    assert "CIFR, 24 Nov 2025" in printed.out
