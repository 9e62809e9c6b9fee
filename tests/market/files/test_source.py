"""The files source: bars with targets and notices, and the Levels page drawn from a folder."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from market.files.errors import BadFile
from market.files.source import SOURCE
from market.sources import near_matches
from market.symbols import Symbol
from tests.support.app_pages import at_page
from tests.support.generated_bars import walk

__all__ = ["at_page"]

CIFR = Symbol("CIFR")
MONDAY = date(2025, 11, 24)
TARGETS = "firm,symbol,date,target\nNorthgate,CIFR,2025-11-24,18\n"


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Return a folder with 300 sessions of CIFR, and one target for it."""
    path = tmp_path / "files"
    path.mkdir()
    bars = walk(300).set_axis(pd.bdate_range(end=MONDAY, periods=300, name="Date"))
    bars.rename(columns=str.title).to_csv(path / "CIFR.csv")
    (path / "targets.csv").write_text(TARGETS)
    (path / "symbols.csv").write_text("symbol,name,currency\nCIFR,Cipher of the Broker,EUR\n")
    monkeypatch.setenv("LEVELS_FILES", str(path))
    return path


def spoil_line(path: Path, line: int) -> None:
    """Write "abc" for the first price of that line."""
    lines = path.read_text().splitlines()
    cells = lines[line - 1].split(",")
    lines[line - 1] = ",".join([cells[0], "abc", *cells[2:]])
    path.write_text("\n".join(lines))


def test_bars_come_with_targets(folder: Path) -> None:
    data = SOURCE.fetch(CIFR, "split-adjusted")
    assert (len(data.history.bars), data.history.currency) == (300, "EUR")
    assert [(target.firm, target.target, target.source) for target in data.targets] == [("Northgate", 18.0, "files")]
    assert (data.notices, data.stale, data.retry_at, data.targets_known) == ((), False, None, True)
    assert SOURCE.fetch_stored(CIFR, "split-adjusted").targets == data.targets


def test_bad_target_rows_are_notices(folder: Path) -> None:
    (folder / "targets.csv").write_text(TARGETS + "A,CIFR,2025-11-24,x\n" * 5)
    data = SOURCE.fetch(CIFR, "split-adjusted")
    assert len(data.targets) == 1
    assert data.notices[0] == (
        "targets.csv, line 3: 'x' in target is not a plain positive number: write it as 18 or 18.50."
    )
    assert data.notices[-1] == "targets.csv has 2 more errors."
    assert len(data.notices) == 4


def test_unreadable_targets_leave_the_bars(folder: Path) -> None:
    (folder / "targets.csv").write_text("nothing\n")
    data = SOURCE.fetch(CIFR, "split-adjusted")
    assert (data.targets, data.targets_known) == ((), False)
    assert data.notices[0].startswith("targets.csv: The file has no column firm") and data.notices[0].endswith(".")


def test_bad_bars_raise(folder: Path) -> None:
    spoil_line(folder / "CIFR.csv", 12)
    with pytest.raises(BadFile, match=r"^CIFR.csv, line 12: 'abc' in open is not a number$"):
        SOURCE.fetch(CIFR, "split-adjusted")


def test_near_matches_are_symbols_of_the_folder(folder: Path) -> None:
    assert [match.symbol for match in near_matches("CIFX", "files")] == ["CIFR"]


# The Levels page


def texts(at: AppTest) -> str:
    messages = (*at.error, *at.warning, *at.info, *at.caption, *at.title)
    return "\n".join(message.value.replace("\\", "") for message in messages)


@pytest.mark.apptest
def test_levels_page_shows_the_folder_by_default(folder: Path, at_page: Callable[..., AppTest]) -> None:
    at = at_page("levels", ticker="CIFR")
    shown = texts(at)
    assert at.session_state["source"] == "files"
    assert "Cipher of the Broker" in shown and "source: local files" in shown
    assert not at.error and not at.warning
    assert list(at.dataframe[1].value["Firm"]) == ["Northgate"]


@pytest.mark.apptest
def test_levels_page_names_a_bad_line_and_recovers(folder: Path, at_page: Callable[..., AppTest]) -> None:
    sound = (folder / "CIFR.csv").read_text()
    spoil_line(folder / "CIFR.csv", 12)
    at = at_page("levels", ticker="CIFR")
    assert "CIFR.csv, line 12: 'abc' in open is not a number" in texts(at)
    assert "Constructed sample" not in texts(at)
    (folder / "CIFR.csv").write_text(sound)
    next(button for button in at.button if button.label == "Try again").click().run()
    assert not at.exception and not at.error
    assert "Cipher of the Broker" in texts(at)


@pytest.mark.apptest
def test_levels_page_offers_symbols_of_the_folder(folder: Path, at_page: Callable[..., AppTest]) -> None:
    at = at_page("levels", ticker="CLSK")
    assert "CLSK: the folder of LEVELS_FILES has neither CLSK.csv nor CLSK.parquet" in texts(at)
    assert "CIFR" in [button.label for button in at.button]


@pytest.mark.apptest
def test_link_to_files_without_a_folder_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, at_page: Callable[..., AppTest]
) -> None:
    monkeypatch.delenv("LEVELS_FILES", raising=False)
    at = at_page("levels", ticker="CIFR", source="files")
    assert "no folder of price files is set (LEVELS_FILES), so start Levelboard with LEVELS_FILES=FOLDER" in texts(at)
