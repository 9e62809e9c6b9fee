"""Tests that need a program are left out with a clear line where it is missing, and fail in CI."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from tests.conftest import pytest_runtest_setup
from tests.support import installed
from tests.support.installed import PROGRAMS
from tests.support.paths import ROOT

MARKERS = tuple(PROGRAMS)
EXECUTABLES = {"browser": "chromium", "postgres": "initdb", "nginx": "nginx", "openssl": "openssl"}
CONFTEST = """
from pathlib import Path
from tests.support import installed
from tests.conftest import *
installed.DEBIAN_POSTGRES = Path("no-such-folder")
"""
ALL_MARKERS = "".join(f"@pytest.mark.{marker}\n" for marker in MARKERS)
MODULE = f"""
import pytest

def test_plain():
    pass

def test_plain_that_skips_itself():
    pytest.skip("too slow today")

{ALL_MARKERS}def test_all():
    pass
""" + "".join(
    f"""
@pytest.mark.{marker}
def test_{marker}():
    pass

@pytest.mark.{marker}
def test_{marker}_that_skips_itself():
    pytest.skip("too slow today")

@pytest.mark.{marker}
def test_{marker}_that_is_expected_to_fail():
    pytest.xfail("known")
"""
    for marker in MARKERS
)


def run_pytest(folder: Path, on_path: tuple[str, ...], ci: str) -> tuple[dict[str, str], str]:
    """Run the module above with only these programs on the PATH; return the outcome of each test, and the output."""
    (folder / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    (folder / "test_it.py").write_text(MODULE, encoding="utf-8")
    programs = folder / "bin"
    programs.mkdir()
    for marker in on_path:
        (programs / EXECUTABLES[marker]).touch(mode=0o755)
    without_pandas = ("-o", "filterwarnings=")  # naming its warnings imports it
    settings = ("-c", str(ROOT / "pyproject.toml"), *without_pandas, "-p", "no:cacheprovider")
    command = [sys.executable, "-m", "pytest", "-v", *settings]
    environment = {**os.environ, "CI": ci, "PATH": str(programs), "BROWSER_PATH": "", "COLUMNS": "200"}
    run = subprocess.run(
        [*command, str(folder)], env=environment, cwd=folder, capture_output=True, text=True, check=False
    )
    outcomes = re.findall(r"^\S*::test_(\w+) ([A-Z]+)", run.stdout, re.MULTILINE)
    assert len(outcomes) == 3 + 3 * len(MARKERS), run.stdout + run.stderr
    return dict(outcomes), run.stdout


@pytest.mark.slow
@pytest.mark.parametrize(("ci", "outcome"), [("true", "ERROR"), ("", "SKIPPED")])
def test_without_any_program_they_are_left_out_and_fail_in_ci(tmp_path: Path, ci: str, outcome: str) -> None:
    outcomes, output = run_pytest(tmp_path, (), ci)
    assert outcomes.pop("plain") == "PASSED"
    assert outcomes.pop("plain_that_skips_itself") == "SKIPPED"
    assert set(outcomes.values()) == {outcome}
    for program in PROGRAMS.values():
        assert (f"Left out because {program.missing}: test_it.py (" in output) is (outcome == "SKIPPED")
        assert f"left out: {program.missing}" in output or outcome == "SKIPPED"


@pytest.mark.parametrize("missing", MARKERS)
def test_each_missing_program_leaves_out_its_own_tests(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    for marker in set(MARKERS) - {missing}:
        (tmp_path / EXECUTABLES[marker]).touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("BROWSER_PATH", "")
    monkeypatch.setattr(installed, "DEBIAN_POSTGRES", tmp_path / "no-such-folder")
    for marker in set(MARKERS) - {missing}:
        pytest_runtest_setup(item_marked(marker))
    for markers in ([missing], MARKERS):
        with pytest.raises(pytest.skip.Exception, match=re.escape(PROGRAMS[missing].missing)):
            pytest_runtest_setup(item_marked(*markers))


def item_marked(*markers: str) -> pytest.Item:
    return cast(pytest.Item, SimpleNamespace(get_closest_marker=lambda name: name in markers or None))


@pytest.mark.slow
def test_in_ci_a_marked_test_may_not_skip_itself(tmp_path: Path) -> None:
    outcomes, output = run_pytest(tmp_path, MARKERS, ci="true")
    assert outcomes["plain_that_skips_itself"] == "SKIPPED"
    assert {outcomes[f"{marker}_that_skips_itself"] for marker in MARKERS} == {"FAILED"}
    assert {outcomes[f"{marker}_that_is_expected_to_fail"] for marker in MARKERS} == {"XFAIL"}
    assert {outcomes[marker] for marker in (*MARKERS, "all")} == {"PASSED"}
    assert "must run in CI, and was left out: too slow today" in output


@pytest.mark.parametrize(("named", "found"), [("chromium", True), ("no-such-browser", False)])
def test_browser_path_names_the_browser(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str, found: bool
) -> None:
    (tmp_path / "chromium").touch(mode=0o755)
    monkeypatch.setenv("BROWSER_PATH", str(tmp_path / named))
    assert PROGRAMS["browser"].find() == (tmp_path / named if found else None)
