"""`levelboard.py export` as a terminal runs it, on the built-in sample."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest
from PIL import Image

import levelboard
from charts.options import DEFAULT_OVERLAYS
from exports import png
from exports.album import PictureOptions
from exports.png import BrowserFailed
from indicators import analyse
from indicators.analysis import Analysis
from indicators.intervals.bar_units import Interval
from indicators.summary.summary import technical_read
from market.sample import sample
from market.store.store import Store
from tests.support.generated_bars import walk
from tests.support.market_cases import serve_case
from tests.support.replay_server import ReplayServer, listing
from tests.support.terminal import run, run_failing, started
from tests.tickers.test_json_document import assert_keys
from tickers.request import AnalysisRequest, load_analysis


@pytest.fixture
def png_browser() -> Iterator[None]:
    """Close the PNG browser of this process before and after the test."""
    png.close()
    yield
    png.close()


def is_whole(path: Path) -> bool:
    with Image.open(path) as image:
        image.load()  # raises on a cut-off file
        return image.size == (3200, 1800)


def test_json_has_the_keys_that_others_rely_on(capsys: pytest.CaptureFixture[str]) -> None:
    assert levelboard.main(["export", "CIFR", "xyzq", "clsk", "--source", "sample", "--json", "--no-png"]) == 1
    printed = capsys.readouterr()
    assert printed.err.splitlines() == [
        "XYZQ: the sample holds only CIFR, CLSK, IREN, MARA, RIOT, so pick one of those"
    ]
    cifr, clsk = map(json.loads, printed.out.splitlines())
    assert (cifr["symbol"], cifr["price"], clsk["symbol"], clsk["price"]) == ("CIFR", 16.77, "CLSK", 11.15)
    assert None not in cifr.values()
    assert_keys(cifr)


def test_evidence_is_added_to_the_json(capsys: pytest.CaptureFixture[str]) -> None:
    options = ["export", "CIFR", "--source", "sample", "--no-png"]
    assert levelboard.main([*options, "--json", "--evidence"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert list(document)[-1] == "evidence"
    found = document["evidence"]
    assert list(found) == ["kinds", "touch_21", "touch_63", "targets", "earlier_targets", "paths"]
    zones = next(one for one in found["kinds"] if one["kind"] == "Zones")
    assert zones["share"] == pytest.approx(zones["held"] / zones["visits"])
    assert zones["low"] < zones["share"] < zones["high"] and zones["shifted"]["visits"] > zones["visits"]
    assert [one["from"] for one in found["touch_63"]] == [number / 10 for number in range(10)]
    assert found["paths"][0]["levels"] and found["paths"][0]["reward_risk"] == document["reward_risk"]
    assert levelboard.main([*options, "--evidence"]) == 1
    assert "--evidence adds to the JSON: give --json too." in capsys.readouterr().err


@pytest.mark.parametrize(("interval", "average"), [("1wk", "-week EMA"), ("1mo", "-month EMA")])
def test_figures_of_weekly_and_monthly_bars(
    capsys: pytest.CaptureFixture[str], interval: Interval, average: str
) -> None:
    arguments = ["export", "MARA", "--source", "sample", "--json", "--no-png", "--as-of", "2025-06-18"]
    assert levelboard.main([*arguments, "--interval", interval]) == 0
    weekly = json.loads(capsys.readouterr().out)
    analysis = analyse(sample.history("MARA"), (), date(2025, 6, 18), interval=interval)
    assert (weekly["interval"], weekly["in_progress"], weekly["bar_in_progress"]) == (interval, False, True)
    assert (weekly["ema"]["200"] is None) == (interval == "1mo"), "five years have fewer than 200 months"
    assert weekly["ema"]["20"] == pytest.approx(analysis.emas[0].value)
    assert average in weekly["read"] and "-day EMA" not in weekly["read"]


def test_earnings_are_asked_for_on_request(
    capsys: pytest.CaptureFixture[str], yahoo: ReplayServer, own_store: Path
) -> None:
    due = int(datetime(2026, 2, 24, 21, tzinfo=UTC).timestamp())
    yahoo.lists(listing("CIFR", 60, date(2025, 11, 24), calendar={"earningsDate": [due]}))
    assert levelboard.main(["export", "CIFR", "--no-png"]) == 0
    assert Store(str(own_store)).earnings("CIFR") is None
    assert levelboard.main(["export", "CIFR", "--no-png", "--earnings"]) == 0
    stored = Store(str(own_store)).earnings("CIFR")
    assert stored is not None and [row.day for row in stored.rows] == [date(2026, 2, 24)]
    assert load_analysis("CIFR", AnalysisRequest(earnings=True)).next_earnings == stored.rows[0]


def test_unknown_symbol_is_reported_with_its_near_match(
    capsys: pytest.CaptureFixture[str], market_data: Path, yahoo: ReplayServer
) -> None:
    serve_case(yahoo, "symbol-class-dot")
    code, printed = run_failing(capsys, "export", "BRK.B", "--no-png")
    assert (code, printed) == (1, "BRK.B: Yahoo Finance knows no such symbol; did you mean BRK-B?\n")


@pytest.mark.parametrize("spelled", ["NYSE: brk.b", "BRK/B US Equity", "$brk-b"])
def test_symbol_is_read_as_others_spell_it(
    capsys: pytest.CaptureFixture[str], market_data: Path, yahoo: ReplayServer, spelled: str
) -> None:
    serve_case(yahoo, "symbol-class-dot")
    assert levelboard.main(["export", spelled, "--json", "--no-png"]) == 0
    assert json.loads(capsys.readouterr().out)["symbol"] == "BRK-B"


def test_symbol_with_underscores_is_a_symbol_like_any_other(
    capsys: pytest.CaptureFixture[str], market_data: Path, yahoo: ReplayServer
) -> None:
    serve_case(yahoo, "symbol-underscore")
    assert levelboard.main(["export", "nifty_fin_service.ns", "--json", "--no-png"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["symbol"] == "NIFTY_FIN_SERVICE.NS"
    assert " points on " in document["read"]


def test_chance_is_measured_for_the_leading_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert levelboard.main(["export", "CLSK", "--source", "sample", "--json", "--no-png"]) == 0
    lines = json.loads(capsys.readouterr().out)["trendlines"]
    leading = analyse(sample.history("CLSK")).leading[0]
    chances = [line["chance"] for line in lines if line["chance"] is not None]
    assert len(chances) == 1 and 0.0 <= chances[0] <= 1.0
    measured = next(line for line in lines if line["chance"] is not None)
    assert (measured["start"], measured["end"]) == (leading.start.isoformat(), leading.end.isoformat())


def test_without_picture_and_figures_it_prints_the_commentary(capsys: pytest.CaptureFixture[str]) -> None:
    assert levelboard.main(["export", "CIFR", "--source", "sample", "--no-png"]) == 0
    analysis = analyse(sample.history("CIFR"), sample.targets("CIFR"))
    assert capsys.readouterr().out == technical_read(analysis) + "\n"


@pytest.mark.parametrize(("arguments", "panes"), [([], set()), (["--pane", "macd"], {"macd"})])
def test_a_momentum_pane_is_added_to_the_usual_picture(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, arguments: list[str], panes: set[str]
) -> None:
    drawn: list[PictureOptions] = []

    def draw(_: Analysis, options: PictureOptions) -> bytes:
        drawn.append(options)
        return b""

    monkeypatch.setattr("exports.album.draw_png", draw)
    export = ["export", "CIFR", "--source", "sample", "--out", str(tmp_path)]
    assert levelboard.main([*export, *arguments]) == 0
    assert drawn[0].overlays == DEFAULT_OVERLAYS | panes


def test_a_day_before_the_first_bar_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    code, printed = run_failing(capsys, "export", "CIFR", "--source", "sample", "--no-png", "--as-of", "1999-01-04")
    assert code == 1 and printed.startswith("CIFR: no prices on or before 1999-01-04") and printed.count("\n") == 1


def test_a_folder_that_cannot_exist_is_one_sentence(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    code, printed = run_failing(
        capsys, "export", "CIFR", "--source", "sample", "--out", str(tmp_path / "file" / "folder")
    )
    assert code == 1 and "cannot be written" in printed and printed.count("\n") == 1


@pytest.mark.usefixtures("png_browser")
def test_without_chrome_it_is_one_sentence(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BROWSER_PATH", str(tmp_path / "none"))
    monkeypatch.setenv("PATH", str(tmp_path))
    code, printed = run_failing(capsys, "export", "CIFR", "CLSK", "--source", "sample")
    assert code == 1 and printed.count("\n") == 1 and "--no-png" in printed
    assert not list(tmp_path.glob("*.png"))


def test_a_picture_that_the_browser_fails_to_draw_is_one_sentence_and_the_others_go_on(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def draw(analysis: Analysis, options: PictureOptions) -> bytes:
        if analysis.symbol == "CIFR":
            raise BrowserFailed("no picture within 60 seconds")
        return b"a picture"

    monkeypatch.setattr("exports.album.draw_png", draw)
    out = tmp_path / "out"
    assert levelboard.main(["export", "CIFR", "CLSK", "--source", "sample", "--out", str(out)]) == 1
    printed = capsys.readouterr()
    assert "no picture within 60 seconds" in printed.err and printed.err.count("\n") == 1
    assert printed.out.splitlines() == [str(out / "CLSK_levels_2025-11-24.png"), str(out / "index.html")]


@pytest.mark.long
@pytest.mark.browser
@pytest.mark.xdist_group("pictures")
@pytest.mark.usefixtures("browser", "png_browser")
def test_pictures_come_whole_with_their_page_and_are_resumed(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first run is a process of its own, as a terminal starts it; the second saves the CPU time of a start."""
    out = tmp_path / "out"
    done = run(tmp_path, "export", "CIFR", "XYZQ", "CLSK", "--source", "sample", "--out", "out")
    assert done.returncode == 1 and done.stderr.startswith("XYZQ: ") and done.stderr.count("\n") == 1
    names = ["CIFR_levels_2025-11-24.png", "CLSK_levels_2025-11-24.png"]
    assert done.stdout.splitlines() == [str(Path("out") / name) for name in (*names, "index.html")]
    assert all(is_whole(out / name) for name in names)
    page = (out / "index.html").read_text(encoding="utf-8")
    assert all(name in page for name in names) and "XYZQ: the sample holds only" in page
    kept = (out / names[0]).stat().st_mtime_ns
    (out / names[1]).unlink()
    monkeypatch.chdir(tmp_path)
    assert levelboard.main(["export", "CIFR", "CLSK", "--source", "sample", "--out", "out", "--resume"]) == 0
    assert capsys.readouterr() == (done.stdout, "")
    assert (out / names[0]).stat().st_mtime_ns == kept and is_whole(out / names[1])


@pytest.mark.browser
@pytest.mark.long
@pytest.mark.xdist_group("pictures")
@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_killed_at_any_moment_it_leaves_no_half_picture(browser: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    symbols = ("CIFR", "CLSK", "IREN", "MARA", "RIOT")
    with started(tmp_path, "export", *symbols, "--source", "sample", "--out", "out") as process:
        until = time.monotonic() + 60
        while len(list(out.glob("*.png"))) < 2 and time.monotonic() < until:
            time.sleep(0.005)
        process.kill()
        process.wait()
    pictures = list(out.glob("*.png"))
    assert 2 <= len(pictures) < 5
    assert all(map(is_whole, pictures))
    assert not (out / "index.html").exists()


BAD_PRICES = {"SPIKE": 1e160, "HUGE": 1e154, "HUGER": 1e300}


@pytest.fixture
def bad_prices(tmp_path: Path) -> Path:
    """A folder of prices: sound ones, one day far beyond them, and tickers with prices beyond all reason."""
    folder = tmp_path / "prices"
    folder.mkdir()
    bars = walk(300, 3).set_axis(pd.bdate_range("2024-06-03", periods=300, name="date"))
    prices = ["open", "high", "low", "close"]
    for symbol, factor in BAD_PRICES.items():
        days = [bars.index[150]] if symbol == "SPIKE" else bars.index
        bad = bars.copy()
        bad.loc[days, prices] *= factor
        bad.to_csv(folder / f"{symbol}.csv")
    bars.to_csv(folder / "GOOD.csv")
    (folder / "targets.csv").write_text(f"firm,symbol,date,target\nA,GOOD,2025-06-01,1{'0' * 200}\n", encoding="utf-8")
    return folder


@pytest.mark.browser
@pytest.mark.long
def test_tickers_with_absurd_prices_end_neither_an_export_nor_a_scan(
    browser: Path, bad_prices: Path, tmp_path: Path
) -> None:
    tickers = (*BAD_PRICES, "GOOD", "--source", "files")
    exported = run(tmp_path, "export", *tickers, "--out", "pictures", LEVELS_FILES=str(bad_prices))
    assert "Traceback" not in exported.stderr
    assert is_whole(tmp_path / "pictures" / "GOOD_levels_2025-07-25.png")
    assert is_whole(tmp_path / "pictures" / "SPIKE_levels_2025-07-25.png")
    page = (tmp_path / "pictures" / "index.html").read_text(encoding="utf-8")
    assert "HUGER: its figures could not be worked with" in exported.stderr
    assert "HUGER: its figures could not be worked with" in page
    scanned = run(tmp_path, "scan", *tickers, "--json", "--jobs", "2", LEVELS_FILES=str(bad_prices))
    assert "Traceback" not in scanned.stderr
    figures = {row["symbol"]: row for row in map(json.loads, scanned.stdout.splitlines())}
    assert {"SPIKE", "GOOD"} <= set(figures)
    dropped = "1 bar had prices more than a billion times the median, which were dropped"
    assert any(dropped in sentence for sentence in figures["SPIKE"]["repairs"])
