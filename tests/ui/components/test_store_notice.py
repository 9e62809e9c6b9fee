"""A store that cannot be used is said on every page, and the dashboard goes on in memory."""

from __future__ import annotations

from pathlib import Path

import pytest

from market.store.store import get_store
from tests.support.app_pages import page_opener


@pytest.mark.slow
@pytest.mark.parametrize("page", ["levels", "watchlist"])
def test_a_store_that_cannot_be_written(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "<b>file").touch()
    monkeypatch.setenv("LEVELS_STORE", str(tmp_path / "<b>file" / "levels.db"))
    at = page_opener(monkeypatch)(page, source="sample")
    (notice,) = [each.value for each in at.warning if "LEVELS" in each.value]
    assert "cannot be written to. Make its folder writable" in notice.replace("\\", "")
    assert r"\<b\>file" in notice
    assert get_store().watchlists()[0].name == "Miners"
    assert not at.exception


@pytest.mark.slow
def test_a_store_that_works_is_not_mentioned(monkeypatch: pytest.MonkeyPatch) -> None:
    at = page_opener(monkeypatch)("levels", source="sample")
    assert not [each.value for each in at.warning if "store" in each.value]
