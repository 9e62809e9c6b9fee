"""What the README names is there: files, pictures, and options of the terminal's entry."""

from __future__ import annotations

import re
import subprocess
import sys

from tests.support.paths import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_each_file_it_links_to_is_there() -> None:
    linked = [each for each in re.findall(r"\]\(([^)]+)\)", README) if "://" not in each]
    assert len(linked) >= 7
    assert not [each for each in linked if not (ROOT / each).is_file()]


def test_each_option_of_export_that_it_shows_exists() -> None:
    shown = set(
        re.findall(r"(?<=\s)--[a-z-]+", "\n".join(re.findall(r"^python levelboard\.py .*$", README, re.MULTILINE)))
    )
    usage = subprocess.run(
        [sys.executable, "levelboard.py", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert shown and shown <= set(re.findall(r"--[a-z-]+", usage.stdout))


def test_each_make_target_that_it_names_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"(?:`|^|\S+=\S+ )make ([a-z]+)\b", README, re.MULTILINE))
    assert {"run", "test"} <= named <= targets
