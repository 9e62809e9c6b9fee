"""`python levelboard.py` as a terminal runs it, on the built-in sample."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from datetime import date as Date
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import levelboard
from indicators import analyse
from indicators.summary.summary import technical_read
from market import PriceTarget
from market.sample import sample
from market.store.store import Store, Watchlist
from tests.support.dashboard import OFFLINE, ROOT
from tests.tickers.test_json_document import assert_keys
from tickers.json_document import analysis_document


@pytest.fixture(scope="module")
def environment(tmp_path_factory) -> dict[str, str]:
    """No way out, and a store of these tests' own."""
    store = tmp_path_factory.mktemp("store") / "levels.db"
    return {**os.environ, **OFFLINE, "LEVELS_STORE": str(store)}


@pytest.fixture
def run(environment, tmp_path):
    """Runs levelboard.py to its end in a folder of its own."""

    def started(*arguments: str, stdin: str = "", **more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(ROOT / "levelboard.py"), *arguments]
        return subprocess.run(
            command, input=stdin, capture_output=True, text=True, cwd=tmp_path, env=environment | more, timeout=120
        )

    return started


@pytest.fixture
def begun(environment, tmp_path):
    """Starts levelboard.py, and ends it with the test. Ctrl-C reaches it even where these tests run in a background."""
    processes: list[subprocess.Popen[str]] = []
    before = signal.signal(signal.SIGINT, signal.default_int_handler)

    def started(*arguments: str) -> subprocess.Popen[str]:
        pipes: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        command = [sys.executable, str(ROOT / "levelboard.py"), *arguments]
        processes.append(subprocess.Popen(command, text=True, cwd=tmp_path, env=environment, **pipes))
        return processes[-1]

    yield started
    signal.signal(signal.SIGINT, before)
    for process in processes:
        process.kill()
        process.wait()


def whole(path: Path) -> bool:
    with Image.open(path) as image:
        image.load()  # raises on a cut-off file
        return image.size == (3200, 1800)


def refused(capsys, *arguments: str) -> tuple[int, str]:
    """What main() says of arguments that it refuses, in this process."""
    try:
        status = levelboard.main(list(arguments))
    except SystemExit as end:
        status = int(end.code or 0)
    said = capsys.readouterr()
    assert said.out == ""
    return status, said.err


def test_json_has_the_keys_that_others_rely_on(run):
    done = run("CIFR", "xyzq", "clsk", "--source", "sample", "--json", "--no-png")
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "XYZQ: the sample holds only CIFR, CLSK, IREN, MARA, RIOT, so pick one of those"
    ]
    cifr, clsk = map(json.loads, done.stdout.splitlines())
    assert (cifr["symbol"], cifr["price"], clsk["symbol"], clsk["price"]) == ("CIFR", 16.77, "CLSK", 11.15)
    assert None not in cifr.values()
    assert_keys(cifr)


def test_chance_is_measured_for_the_line_that_leads(run):
    done = run("CLSK", "--source", "sample", "--json", "--no-png")
    lines = json.loads(done.stdout)["trendlines"]
    leading = analyse(sample.history("CLSK")).leading[0]
    chances = [line["chance"] for line in lines if line["chance"] is not None]
    assert len(chances) == 1 and 0.0 <= chances[0] <= 1.0
    measured = next(line for line in lines if line["chance"] is not None)
    assert (measured["start"], measured["end"]) == (leading.start.isoformat(), leading.end.isoformat())


def test_a_scan_gives_the_same_document_without_chance(run):
    done = run(
        "--scan", "--source", "sample", "--json", "--jobs", "2", "--tickers-from", "-", stdin="CIFR\n# RIOT\nclsk;"
    )
    assert (done.returncode, done.stderr) == (0, "")
    expected = [analysis_document(analyse(sample.history(each), sample.targets(each))) for each in ("CIFR", "CLSK")]
    assert [json.loads(splitline) for splitline in done.stdout.splitlines()] == expected


def test_a_scan_of_the_sample_has_one_s_own_targets_too(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("LEVELS_STORE", str(tmp_path / "levels.db"))
    own = PriceTarget("CIFR", "Own Desk", Date(2025, 11, 20), 21.0, source="own")
    Store(str(tmp_path / "levels.db")).keep_own_targets([own])
    for options in (["--scan", "--jobs", "1"], ["--json", "--no-png"]):
        assert levelboard.main(["CIFR", "--source", "sample", *options]) == 0
        firms = [load["firm"] for load in json.loads(capsys.readouterr().out)["targets"]]
        assert sorted(firms) == ["JPMorgan", "Own Desk"]


def test_a_scan_asks_the_store_only(run, environment, tmp_path):
    store = Store(environment["LEVELS_STORE"])
    store.keep_history(sample.history("MARA"))
    store.close()
    (tmp_path / "list").write_text("MARA\nNVDA\n../x\n", encoding="utf-8-sig")
    done = run("--scan", "--tickers-from", "list", "--as-of", "2025-11-20")
    assert done.returncode == 1
    assert json.loads(done.stdout)["as_of"] == "2025-11-20"
    assert [splitline.split()[0] for splitline in done.stderr.splitlines()] == ["'../X'", "NVDA:"]


def test_without_picture_and_figures_it_prints_the_read(capsys):
    assert levelboard.main(["CIFR", "--source", "sample", "--no-png"]) == 0
    analysis = analyse(sample.history("CIFR"), sample.targets("CIFR"))
    assert capsys.readouterr().out == technical_read(analysis) + "\n"


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    (
        (["CIFR", "--as-of", "24.11.2025"], 2, "«24.11.2025» is no day: write one such as 2025-11-24"),
        (["CIFR", "--as-of", "2999-01-01"], 2, "2999-01-01 is still to come"),
        (["CIFR", "--jobs", "0"], 2, "«0» is no number of jobs"),
        (["CIFR", "--source", "bloomberg"], 2, "invalid choice: 'bloomberg'"),
        ([], 1, "No ticker was named"),
        (["CIFR", "--resume"], 1, "--resume goes on with a folder: name it with --out."),
        (["--tickers-from", "missing.txt"], 1, "missing.txt cannot be read (No such file or directory)"),
        (["../x", "--no-png"], 1, "'../x' cannot be a ticker"),
    ),
)
def test_what_is_misused_is_one_sentence(capsys, arguments, status, words):
    code, said = refused(capsys, *arguments)
    assert code == status
    assert words in said and said.count("\n") == 1


def test_a_list_that_is_no_text_is_one_sentence(capsys, tmp_path):
    path = tmp_path / "list"
    path.write_bytes(b"\xff\xfe\x00CIFR")
    code, said = refused(capsys, "--tickers-from", str(path))
    assert code == 1 and "it is not UTF-8 text" in said and said.count("\n") == 1


def test_a_day_before_the_first_bar_is_one_sentence(capsys):
    code, said = refused(capsys, "CIFR", "--source", "sample", "--no-png", "--as-of", "1999-01-04")
    assert code == 1 and said.startswith("CIFR: no prices on or before 1999-01-04") and said.count("\n") == 1


def test_a_folder_that_cannot_be_is_one_sentence(capsys, tmp_path):
    (tmp_path / "file").write_text("")
    code, said = refused(capsys, "CIFR", "--source", "sample", "--out", str(tmp_path / "file" / "folder"))
    assert code == 1 and "cannot be written" in said and said.count("\n") == 1


def test_a_fault_of_ours_is_one_sentence(capsys, monkeypatch):
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(levelboard, "_symbols", broken)
    code, said = refused(capsys, "CIFR")
    assert (code, said) == (1, "Levelboard itself failed here; --verbose shows where.\n")


def test_a_watchlist_is_found_by_its_name(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("LEVELS_STORE", str(tmp_path / "levels.db"))
    Store(str(tmp_path / "levels.db")).keep_watchlist(Watchlist("Two of them", ("CIFR", "RIOT")))
    assert levelboard.main(["--watchlist", "two OF them", "--source", "sample", "--scan", "--jobs", "1"]) == 0
    assert [json.loads(splitline)["symbol"] for splitline in capsys.readouterr().out.splitlines()] == ["CIFR", "RIOT"]
    code, said = refused(capsys, "--watchlist", "none")
    assert code == 1 and said == "There is no watchlist «none»: there is Miners, Two of them.\n"


def test_a_reader_that_goes_away_ends_it(begun):
    process = begun("CIFR", "CLSK", "IREN", "--source", "sample", "--json", "--no-png")
    process.stdout.close()
    assert process.wait(60) == levelboard.UNREAD
    assert process.stderr.read() == "Stopped, because nobody reads the output any more.\n"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT to send to one process")
def test_ctrl_c_ends_it_with_one_sentence(begun):
    process = begun("--tickers-from", "-", "--source", "sample")
    process.stdin.write("CIFR\n")
    process.stdin.flush()
    time.sleep(3)
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == levelboard.INTERRUPTED
    said = process.stderr.read()
    assert said.startswith("Stopped.") and said.count("\n") == 1


def test_without_chrome_it_is_one_sentence(run, tmp_path):
    hidden = {"BROWSER_PATH": str(tmp_path / "none"), "PATH": str(tmp_path)}
    done = run("CIFR", "CLSK", "--source", "sample", **hidden)
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr.count("\n") == 1 and "--no-png" in done.stderr
    assert not list(tmp_path.glob("*.png"))


@pytest.mark.browser
def test_pictures_come_whole_with_their_page_and_are_resumed(browser, run, tmp_path):
    out = tmp_path / "out"
    done = run("CIFR", "XYZQ", "CLSK", "--source", "sample", "--out", "out")
    assert done.returncode == 1 and done.stderr.startswith("XYZQ: ") and done.stderr.count("\n") == 1
    names = ["CIFR_levels_2025-11-24.png", "CLSK_levels_2025-11-24.png"]
    assert done.stdout.splitlines() == [str(Path("out") / name) for name in (*names, "index.html")]
    assert all(whole(out / name) for name in names)
    page = (out / "index.html").read_text(encoding="utf-8")
    assert all(name in page for name in names) and "XYZQ: the sample holds only" in page
    kept = (out / names[0]).stat().st_mtime_ns
    (out / names[1]).unlink()
    again = run("CIFR", "CLSK", "--source", "sample", "--out", "out", "--resume")
    assert (again.returncode, again.stdout, again.stderr) == (0, done.stdout, "")
    assert (out / names[0]).stat().st_mtime_ns == kept and whole(out / names[1])


@pytest.mark.browser
@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_killed_at_any_moment_it_leaves_no_half_picture(browser, begun, tmp_path):
    out = tmp_path / "out"
    process = begun("CIFR", "CLSK", "IREN", "MARA", "RIOT", "--source", "sample", "--out", "out")
    until = time.monotonic() + 60
    while len(list(out.glob("*.png"))) < 2 and time.monotonic() < until:
        time.sleep(0.005)
    process.kill()
    process.wait()
    pictures = list(out.glob("*.png"))
    assert 2 <= len(pictures) < 5
    assert all(map(whole, pictures))
    assert not (out / "index.html").exists()
