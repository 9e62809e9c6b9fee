"""`levelboard.py scan`: the same documents as `export --json`, from the store only."""

from __future__ import annotations

import json
from datetime import date as Date
from pathlib import Path

import pytest

import levelboard
from indicators import analyse
from market import PriceTarget
from market.sample import sample
from market.store.store import Store
from tests.support.terminal import run
from tickers.json_document import analysis_document


@pytest.mark.slow
def test_a_scan_prints_the_same_document_without_chance(tmp_path: Path) -> None:
    done = run(
        tmp_path,
        *("scan", "--source", "sample", "--json", "--jobs", "2", "--tickers-from", "-"),
        stdin="CIFR\n# RIOT\nclsk;",
    )
    assert (done.returncode, done.stderr) == (0, "")
    expected = [
        analysis_document(analyse(sample.history(symbol), sample.targets(symbol))) for symbol in ("CIFR", "CLSK")
    ]
    assert [json.loads(line) for line in done.stdout.splitlines()] == expected


def test_a_scan_of_weekly_bars(capsys: pytest.CaptureFixture[str]) -> None:
    assert levelboard.main(["scan", "CIFR", "--source", "sample", "--jobs", "1", "--interval", "1wk"]) == 0
    weekly = analyse(sample.history("CIFR"), sample.targets("CIFR"), interval="1wk")
    assert json.loads(capsys.readouterr().out) == analysis_document(weekly)


def test_a_scan_of_the_sample_includes_own_targets(own_store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = PriceTarget("CIFR", "Own Desk", Date(2025, 11, 20), 21.0, source="own")
    Store(str(own_store)).add_own_targets([own])
    for arguments in (["scan", "--jobs", "1"], ["export", "--json", "--no-png"]):
        assert levelboard.main([*arguments, "CIFR", "--source", "sample"]) == 0
        firms = [target["firm"] for target in json.loads(capsys.readouterr().out)["targets"]]
        assert sorted(firms) == ["JPMorgan", "Own Desk"]


@pytest.mark.slow
def test_a_scan_reads_the_store_only(own_store: Path, tmp_path: Path) -> None:
    store = Store(str(own_store))
    store.save_history(sample.history("MARA"))
    store.close()
    (tmp_path / "list").write_text("MARA\nNVDA\n../x\n", encoding="utf-8-sig")
    done = run(tmp_path, "scan", "--tickers-from", "list", "--as-of", "2025-11-20")
    assert done.returncode == 1
    assert json.loads(done.stdout)["as_of"] == "2025-11-20"
    assert ["../X" in line or line.partition(":")[0] for line in done.stderr.splitlines()] == [True, "NVDA"]
