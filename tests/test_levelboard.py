"""The terminal entry: help, version, exit statuses, and one sentence for whatever goes wrong."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

import click
import pytest

import levelboard
from market.sample import sample
from market.store.store import get_store
from terminal.exit_status import ExitStatus
from tests.support.paths import ROOT
from tests.support.terminal import run_failing, started
from version import VERSION

HEAVY_LIBRARIES = {"plotly", "streamlit", "yfinance", "kaleido"}
NAMES = [command.name for command in levelboard.COMMANDS]


def examples(name: str, capsys: pytest.CaptureFixture[str]) -> list[list[str]]:
    """The arguments of each example in a command's help."""
    assert levelboard.main([name, "--help"]) == 0
    lines = re.findall(r"^ +python levelboard\.py (.+)$", capsys.readouterr().out, re.MULTILINE)
    assert lines and all(line.startswith(f"{name} ") for line in lines)
    return [shlex.split(line) for line in lines]


def test_each_command_is_listed_in_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert levelboard.main(["--help"]) == 0
    assert re.findall(r"^  (\w+) {2,}\S", capsys.readouterr().out.partition("Commands:")[2], re.MULTILINE) == NAMES


def test_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert levelboard.main(["--version"]) == 0
    assert capsys.readouterr().out == f"Levelboard {VERSION}\n"


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.long) if name == "receipt" else name for name in NAMES]
)
def test_each_option_of_an_example_exists_and_an_example_runs(
    name: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("symbols.txt").write_text("CIFR\nCLSK\n")
    get_store().save_history(sample.history("CIFR"))
    for arguments in examples(name, capsys):
        command, options = levelboard.COMMANDS[NAMES.index(name)], arguments[1:]
        if isinstance(command, click.Group):
            command, options = command.commands[options[0]], options[1:]
        command.make_context(name, options).close()
    printing = [
        arguments
        for arguments in examples(name, capsys)
        if name != "alerts"  # which has no rules here
        and {"--no-png", "scan", "changes", "receipt"} & set(arguments)
        and not {"--out", "--cluster"} & set(arguments)
    ]
    assert printing or name == "alerts"
    for arguments in printing:
        assert levelboard.main([*arguments, "--source", "sample"]) == 0
        assert "CIFR" in capsys.readouterr().out


@pytest.mark.slow
def test_help_scan_and_export_load_nothing_heavy() -> None:
    """So that they start at once. In a new process, because other tests have loaded everything in this one."""
    program = """
import sys
import levelboard
for arguments in (["--help"], ["scan", "CIFR", "--source=sample"], ["export", "CIFR", "--source=sample", "--no-png"]):
    assert levelboard.main(arguments) == 0
    print("loaded:", *sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = [set(line.split()) for line in done.stdout.splitlines() if line.startswith("loaded:")]
    assert len(loaded) == 3 and all("click" in modules for modules in loaded)
    assert not [modules & HEAVY_LIBRARIES for modules in loaded if modules & HEAVY_LIBRARIES]


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    (
        ([], 2, "Missing command (python levelboard.py --help)"),
        (["CIFR", "--json"], 2, "No such command 'CIFR' (python levelboard.py --help)"),
        (["export", "CIFR", "--as-of", "24.11.2025"], 2, "'24.11.2025' is not a date: write one such as 2025-11-24"),
        (["export", "CIFR", "--as-of", "2999-01-01"], 2, "2999-01-01 is in the future"),
        (["export", "CIFR", "--jobs", "0"], 2, "--jobs: '0' is not a number of jobs: use 1 to 64"),
        (["export", "CIFR", "--source", "bloomberg"], 2, "--source: 'bloomberg' is not a choice: use "),
        (["export", "CIFR", "--scan"], 2, "No such option '--scan'"),
        (["export", "CIFR", "--as-of"], 2, "requires an argument"),
        (
            ["scan", "CIFR", "--jobs", "many"],
            2,
            "'many' is not a number of jobs: use 1 to 64 (python levelboard.py scan --help)",
        ),
        (["scan", "CIFR", "--caption", "x"], 2, "No such option '--caption'"),
        (["export"], 1, "No ticker was named"),
        (["scan"], 1, "No ticker was named"),
        (["export", "CIFR", "--resume"], 1, "--resume continues a folder: name it with --out."),
        (["export", "--tickers-from", "missing.txt"], 1, "missing.txt cannot be read (No such file or directory)"),
        (["export", "../x", "--no-png"], 1, "cannot be a ticker"),
    ),
)
def test_misuse_is_one_sentence(
    capsys: pytest.CaptureFixture[str], arguments: list[str], status: int, words: str
) -> None:
    code, printed = run_failing(capsys, *arguments)
    assert code == status
    assert words in printed and printed.count("\n") == 1


def test_a_choice_is_taken_in_any_case(capsys: pytest.CaptureFixture[str]) -> None:
    assert levelboard.main(["export", "CIFR", "--source", "Sample", "--scale", "LOG", "--no-png"]) == 0
    assert capsys.readouterr().err == ""


def test_an_own_fault_is_one_sentence(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("terminal.export.named_tickers", fail)
    code, printed = run_failing(capsys, "export", "CIFR")
    assert (code, printed) == (1, "Levelboard itself failed here; --verbose shows where.\n")


@pytest.mark.slow
def test_a_closed_pipe_ends_it_with_one_sentence(tmp_path: Path) -> None:
    with started(tmp_path, "export", "CIFR", "CLSK", "IREN", "--source", "sample", "--no-png") as process:
        assert process.stdout and process.stderr
        process.stdout.close()
        assert process.wait(60) == ExitStatus.BROKEN_PIPE == 141
        assert process.stderr.read() == "Stopped, because nothing reads the output any more.\n"


def wait_until_read(pipe: IO[str]) -> None:
    """Wait until the other end has taken everything out of the pipe, so that it is past its imports."""
    import fcntl
    import termios

    until = time.monotonic() + 60
    while int.from_bytes(fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)), sys.byteorder):
        assert time.monotonic() < until
        time.sleep(0.02)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT to send to one process")
def test_ctrl_c_ends_it_with_one_sentence(tmp_path: Path) -> None:
    with started(tmp_path, "export", "--tickers-from", "-", "--source", "sample") as process:
        assert process.stdin and process.stderr
        process.stdin.write("CIFR\n")
        process.stdin.flush()
        wait_until_read(process.stdin)
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == ExitStatus.INTERRUPTED == 130
        printed = process.stderr.read()
    assert printed.startswith("Stopped.") and printed.count("\n") == 1
