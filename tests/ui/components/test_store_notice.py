"""A store that cannot be used is reported on every page, and the dashboard works in memory."""

from __future__ import annotations

from pathlib import Path

import pytest

from market.store.store import get_store
from tests.support.app_pages import open_page


@pytest.mark.apptest
@pytest.mark.parametrize("page", ["levels", "watchlist"])
def test_a_store_that_cannot_be_written_is_reported(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "<b>file").touch()
    monkeypatch.setenv("LEVELS_STORE", str(tmp_path / "<b>file" / "levels.db"))
    at = open_page(page, source="sample")
    (notice,) = [warning.value for warning in at.warning if "LEVELS" in warning.value]
    assert "cannot be written to. Make its folder writable" in notice.replace("\\", "")
    assert r"\<b\>file" in notice
    assert get_store().watchlists()[0].name == "Miners"
    assert not at.exception


@pytest.mark.apptest
def test_a_store_that_works_is_not_mentioned(monkeypatch: pytest.MonkeyPatch) -> None:
    at = open_page("levels", source="sample")
    assert not [warning.value for warning in at.warning if "store" in warning.value]
