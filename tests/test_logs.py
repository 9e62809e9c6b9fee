"""The log has the requests to Yahoo and its responses, and neither cookies nor crumbs."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date as Date
from pathlib import Path

import pytest

from logs import redact_secrets, start_logging
from market.errors import MarketError
from market.sources import fetch
from tests.support.paths import ROOT
from tests.support.replay_server import COOKIE, INVALID_CRUMB, RATE_LIMITED, ReplayServer, listing, reset, status

COOKIE_VALUE = COOKIE.partition("=")[2].partition(";")[0]


@pytest.fixture(autouse=True)
def log_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    path = tmp_path / "logs" / "levelboard.log"
    monkeypatch.setenv("LEVELS_LOG", str(path))
    log = logging.getLogger("levelboard")
    before, level = log.handlers[:], log.level
    yield path
    for handler in set(log.handlers) - set(before):
        log.removeHandler(handler)
        handler.close()
    log.setLevel(level)


def test_log_has_requests_and_results(yahoo: ReplayServer, log_file: Path) -> None:
    assert start_logging() == log_file
    yahoo.lists(listing("CIFR", sessions=300, last=Date(2025, 11, 24)))
    fetch("CIFR")
    text = log_file.read_text(encoding="utf-8")
    assert "/v8/finance/chart/CIFR: 200" in text
    assert "'CIFR' bars: 300 bars" in text
    assert "'CIFR' targets: 3 targets" in text


@pytest.mark.parametrize("fault", [None, RATE_LIMITED, INVALID_CRUMB, reset, status(500, "crumb=replayed.crumb")])
def test_log_has_no_cookie_and_no_crumb(yahoo: ReplayServer, log_file: Path, fault: object) -> None:
    start_logging(verbose=True)
    yahoo.lists(listing("CIFR", sessions=300, last=Date(2025, 11, 24)))
    if fault is not None:
        yahoo.fails("any" if fault is reset else "summary", fault)  # type: ignore[arg-type]
    try:
        fetch("CIFR")
    except MarketError as error:
        logging.getLogger("levelboard").exception("Failed: %s", error)
    text = log_file.read_text(encoding="utf-8")
    assert text
    assert yahoo.crumb not in text
    assert COOKIE_VALUE not in text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("GET https://x/v8?period1=1&crumb=Ab.c/1%2F&x=2", "GET https://x/v8?period1=1&crumb=…&x=2"),
        ("{'crumb': 'Ab.c', 'x': 1}", "{'crumb': '…', 'x': 1}"),
        ("Cookie: A3=d=AQ; A1=x\nHost: y", "Cookie: …\nHost: y"),
        ('"set-cookie": "A3=d=AQ; Path=/"', '"set-cookie": "…"'),
        ("sent A3=d=AQABB&S=1; to", "sent A3=…; to"),
        ("CIFR: 300 bars", "CIFR: 300 bars"),
        ("GET x/v1/test/getcrumb: 200, 14 bytes", "GET x/v1/test/getcrumb: 200, 14 bytes"),
    ],
)
def test_secrets_quoted_by_a_library_are_redacted(text: str, shown: str) -> None:
    assert redact_secrets(text) == shown


def test_secrets_in_a_traceback_are_redacted(log_file: Path) -> None:
    start_logging()
    try:
        raise OSError("failed for https://x/?crumb=SECRET with Cookie: A3=SECRET")
    except OSError:
        logging.getLogger("levelboard.yahoo").exception("It broke")
    text = log_file.read_text(encoding="utf-8")
    assert "failed for https://x/?crumb=…" in text
    assert "SECRET" not in text


def test_starting_again_changes_nothing(log_file: Path) -> None:
    for _ in range(3):
        start_logging()
    logging.getLogger("levelboard.yahoo").info("once")
    assert log_file.read_text(encoding="utf-8").count("once") == 1


def test_file_is_rotated(log_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("logs.MAX_FILE_BYTES", 1000)
    start_logging()
    for number in range(200):
        logging.getLogger("levelboard").info("line %d \ud800", number)
    assert "line 199" in log_file.read_text(encoding="utf-8")
    assert sorted(path.name for path in log_file.parent.iterdir()) == [
        "levelboard.log",
        "levelboard.log.1",
        "levelboard.log.2",
    ]


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")
@pytest.mark.usefixtures("open_umask")
def test_only_the_owner_can_read_the_log(log_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("logs.MAX_FILE_BYTES", 1000)
    start_logging()
    for _ in range(30):
        logging.getLogger("levelboard").info("x" * 100)
    files = list(log_file.parent.glob(f"{log_file.name}*"))
    assert len(files) == 3
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}


def test_unwritable_log_is_reported_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("LEVELS_LOG", str(tmp_path / "file" / "levelboard.log"))
    assert [start_logging(), start_logging()] == [None, None]
    logging.getLogger("levelboard").info("goes on")
    assert capsys.readouterr().err.count("cannot be written") == 1


@pytest.mark.slow
@pytest.mark.parametrize(("verbose", "lines"), [(True, "levelboard.yahoo: requested"), (False, "")])
def test_standard_error_has_everything_only_if_verbose(verbose: bool, lines: str, log_file: Path) -> None:
    program = (
        "import logging; from logs import start_logging;"
        f"start_logging({verbose}); logging.getLogger('levelboard.yahoo').info('requested')"
    )
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert lines in run.stderr if lines else run.stderr == ""
    assert "requested" in log_file.read_text(encoding="utf-8")
