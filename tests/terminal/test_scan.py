"""`levelboard.py scan`: the same documents as `export --json`, from the store only."""

from __future__ import annotations

import json
from datetime import date as Date
from datetime import timedelta
from pathlib import Path

import pytest

import levelboard
from indicators import analyse
from indicators.intervals.bar_units import Interval
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


@pytest.mark.parametrize("interval", ["1d", "1wk"])
def test_a_scan_of_past_days_prints_a_line_for_each_weekday(
    capsys: pytest.CaptureFixture[str], interval: Interval
) -> None:
    options = ["--source", "sample", "--jobs", "1", "--days", "2025-11-13:2025-11-24:3", "--interval", interval]
    assert levelboard.main(["scan", "CIFR", "IREN", *options]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    days = ["2025-11-13", "2025-11-18", "2025-11-21"]
    assert [(line["symbol"], line["as_of"]) for line in lines] == [(s, day) for s in ("CIFR", "IREN") for day in days]
    analysis = analyse(sample.history("IREN"), sample.targets("IREN"), Date(2025, 11, 18), interval=interval)
    assert lines[4] == json.loads(json.dumps(analysis_document(analysis)))


def test_days_before_the_first_bar_are_left_out_and_a_ticker_without_any_other_fails(
    capsys: pytest.CaptureFixture[str],
) -> None:
    first = sample.history("CIFR").bars.index[0].date()
    days = f"{first - timedelta(days=10)}:{first}"
    assert levelboard.main(["scan", "CIFR", "--source", "sample", "--jobs", "1", "--days", days]) == 0
    assert [json.loads(line)["as_of"] for line in capsys.readouterr().out.splitlines()] == [str(first)]
    days = f"{first - timedelta(days=10)}:{first - timedelta(days=5)}"
    assert levelboard.main(["scan", "CIFR", "--source", "sample", "--jobs", "1", "--days", days]) == 1
    assert capsys.readouterr().err.startswith("CIFR: no prices on or before ")


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--days", "2025-11-24"], "--days: '' is not a date: write one such as 2025-11-24"),
        (["--days", "2025-11-24:2025-11-20"], "--days: there is no weekday from 2025-11-24 to 2025-11-20"),
        (["--days", "2025-11-20:2025-11-24:0"], "--days: '0' is not a step: use a number of weekdays, such as 5"),
        (["--days", "2025-11-20:2025-11-24", "--as-of", "2025-11-20"], "--days and --as-of both say the day"),
        (["--jobs", "2", "--cluster", "tcp://127.0.0.1:9"], "--jobs is for this machine and --cluster for others"),
        (["--resume"], "--resume continues a table: name it with --out."),
        (["--out", "levels.csv"], "levels.csv is no name for a table: end it in .parquet, as in levels.parquet."),
    ],
)
def test_options_that_cannot_be_meant_are_refused(
    capsys: pytest.CaptureFixture[str], arguments: list[str], problem: str
) -> None:
    assert levelboard.main(["scan", "CIFR", "--source", "sample", *arguments]) in (1, 2)
    printed = capsys.readouterr()
    assert printed.out == "" and printed.err.startswith(problem)


def test_a_table_is_resumed_with_the_tickers_that_are_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from tickers import scan

    table = tmp_path / "levels.parquet"
    options = ["--source", "sample", "--jobs", "1", "--days", "2025-11-20:2025-11-24", "--out", str(table)]
    assert levelboard.main(["scan", "CIFR", *options]) == 0
    scanned: list[str] = []
    load = scan.load_stored
    monkeypatch.setattr(scan, "load_stored", lambda symbol, request: scanned.append(symbol) or load(symbol, request))
    assert levelboard.main(["scan", "CIFR", "IREN", *options, "--resume"]) == 0
    assert scanned == ["IREN"] and capsys.readouterr().out == ""
    assert sorted(path.name for path in table.glob("year=2025/*")) == ["CIFR.parquet", "IREN.parquet"]
