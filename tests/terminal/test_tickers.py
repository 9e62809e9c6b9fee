"""The tickers of a command line: a watchlist by its name, a file, and sentences for what cannot be read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import levelboard
from market.store.store import Store, Watchlist
from terminal.exit_status import CannotContinue
from terminal.tickers import named_tickers
from tests.support.terminal import run_failing


def test_a_watchlist_is_found_by_its_name_in_any_case(own_store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Store(str(own_store)).save_watchlist(Watchlist("Two of them", ("CIFR", "RIOT")))
    assert levelboard.main(["scan", "--watchlist", "two OF them", "--source", "sample", "--jobs", "1"]) == 0
    assert [json.loads(line)["symbol"] for line in capsys.readouterr().out.splitlines()] == ["CIFR", "RIOT"]
    code, printed = run_failing(capsys, "export", "--watchlist", "none")
    assert code == 1 and printed == "There is no watchlist 'none': use one of Miners, Two of them.\n"


def test_a_list_that_is_not_text_is_one_sentence(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_bytes(b"\xff\xfe\x00CIFR")
    code, printed = run_failing(capsys, "export", "--tickers-from", str(path))
    assert code == 1 and "it is not UTF-8 text" in printed and printed.count("\n") == 1


def test_arguments_come_before_those_of_a_file_and_each_ticker_once(tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_text("clsk, ../x\n# RIOT\nCIFR;MARA", encoding="utf-8-sig")
    named = named_tickers(("MARA", "$cifr"), None, str(path))
    assert named.symbols == ("MARA", "CIFR", "CLSK")
    assert [error.symbol for error in named.invalid] == ["../X"]


def test_watchlist_of_a_store_that_is_away_is_one_sentence_and_not_the_shipped_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LEVELS_STORE", "postgresql://levels@127.0.0.1:1/levels")
    with pytest.raises(CannotContinue, match=r"^The watchlists cannot be read\. The store postgresql://127\.0\.0\.1 "):
        named_tickers((), "Miners", None)
