"""An alert goes with the picture of its ticker, or without where that cannot be drawn."""

from __future__ import annotations

import pytest

from alerts.pictures import draw_picture
from exports import album, png


@pytest.mark.browser
def test_the_picture_is_a_png_named_after_the_ticker():
    (picture,) = draw_picture("sample", "CIFR", "")
    assert picture.file == "CIFR_levels_2025-11-24.png"
    assert picture.png.startswith(b"\x89PNG")


def test_without_a_browser_or_prices_there_is_no_picture(monkeypatch):
    def fail(*arguments):
        raise png.BrowserNotFound

    monkeypatch.setattr(album, "draw_png", fail)
    assert draw_picture("sample", "CIFR", "") == ()
    assert draw_picture("sample", "NVDA", "") == ()
