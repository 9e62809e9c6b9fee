"""The outline of the page: there while a viewer's first ticker is loaded, gone afterwards, and never over a chart."""

from __future__ import annotations

import pytest

from ui.levels import skeleton


class Place:
    """What `st.empty` returns, and what it has shown."""

    def __init__(self) -> None:
        self.content = ""

    def html(self, content: str) -> None:
        self.content = content

    def empty(self) -> None:
        self.content = ""


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Place:
    found = Place()
    monkeypatch.setattr(skeleton.st, "empty", lambda: found)
    return found


def test_the_outline_stands_until_the_first_ticker_is_loaded(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(skeleton.st, "session_state", {})
    with skeleton.skeleton_until_loaded():
        assert 'role="status"' in place.content
    assert place.content == ""


def test_the_outline_goes_where_loading_fails(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(skeleton.st, "session_state", {})
    with pytest.raises(ValueError, match="no prices"), skeleton.skeleton_until_loaded():
        raise ValueError("no prices")
    assert place.content == ""


def test_a_chart_stays_while_the_next_ticker_is_loaded(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(skeleton.st, "session_state", {skeleton.SHOWN_KEY: "CIFR"})
    with skeleton.skeleton_until_loaded():
        assert place.content == ""
