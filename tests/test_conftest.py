"""A browser or PostgreSQL test that is left out fails in CI, and only there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.paths import ROOT

MODULE = """
import pytest

@pytest.mark.{marker}
def test_marked():
    {body}

def test_plain():
    pytest.skip("no matter")
"""


def outcome(folder: Path, marker: str, body: str, ci: str, path: str) -> str:
    """The closing line of a pytest run of its own, with this project's settings."""
    (folder / "conftest.py").write_text((ROOT / "tests" / "conftest.py").read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "test_it.py").write_text(MODULE.format(marker=marker, body=body), encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-c",
        str(ROOT / "pyproject.toml"),
        "-p",
        "no:cacheprovider",
        str(folder),
    ]
    environment = {**os.environ, "CI": ci, "PATH": path, "BROWSER_PATH": ""}
    run = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, check=False)
    return run.stdout.strip().splitlines()[-1]


@pytest.mark.parametrize(("ci", "expected"), [("true", "1 skipped, 1 error"), ("", "2 skipped")])
def test_without_a_browser(tmp_path: Path, ci: str, expected: str) -> None:
    assert expected in outcome(tmp_path, "browser", "assert True", ci, path="")


@pytest.mark.parametrize("marker", ["browser", "postgres"])
@pytest.mark.parametrize(("ci", "expected"), [("true", "1 failed, 1 skipped"), ("", "2 skipped")])
def test_that_skips_itself(tmp_path: Path, marker: str, ci: str, expected: str) -> None:
    assert expected in outcome(tmp_path, marker, "pytest.skip('too slow today')", ci, os.environ["PATH"])


def test_that_is_expected_to_fail_stays_so(tmp_path: Path) -> None:
    chromium = tmp_path / "bin"
    chromium.mkdir()
    (chromium / "chromium").touch(mode=0o755)
    assert "1 skipped, 1 xfailed" in outcome(tmp_path, "browser", "pytest.xfail('known')", "true", str(chromium))
