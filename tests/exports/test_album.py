"""Tests of albums: a picture of each ticker, or the reason why there is none."""

from __future__ import annotations

import threading

import pytest

from exports import album
from exports.album import NO_PICTURES, PICTURE_FAILURES, Picture, PictureOptions, make_album
from exports.png import BrowserFailed, BrowserNotFound
from market.errors import UnknownSymbol
from tests.support.album_pages import PNG
from tickers.batch import FailedTicker, run_in_order
from tickers.request import AnalysisRequest


def test_an_album_has_a_picture_of_each_ticker_or_the_reason(monkeypatch):
    drawing_threads = set()

    def fake_draw_png(analysis, options) -> bytes:
        drawing_threads.add(threading.get_ident())
        return PNG

    monkeypatch.setattr(album, "draw_png", fake_draw_png)
    results = list(make_album(["CIFR", "NONE", "CLSK"], AnalysisRequest(source="sample"), PictureOptions()))
    assert [type(result) for result in results] == [Picture, FailedTicker, Picture]
    assert [result.file for result in results if isinstance(result, Picture)] == [
        "CIFR_levels_2025-11-24.png",
        "CLSK_levels_2025-11-24.png",
    ]
    assert threading.get_ident() not in drawing_threads


def test_failed_tickers_and_pictures_are_named_and_the_rest_continues():
    def work(symbol: str) -> str:
        if symbol == "XYZQ":
            raise UnknownSymbol(symbol)
        if symbol == "HUNG":
            raise BrowserFailed("no picture within 60 seconds")
        return symbol

    good, unknown, hung, last = run_in_order(work, ["CIFR", "XYZQ", "HUNG", "CLSK"], failures=PICTURE_FAILURES)
    assert (good, last) == ("CIFR", "CLSK")
    assert unknown == FailedTicker("XYZQ", "XYZQ: Yahoo Finance knows no such symbol")
    assert hung.symbol == "HUNG" and "no picture within 60 seconds" in hung.reason


def test_without_a_browser_the_run_ends_early():
    tried = []

    def work(symbol: str) -> str:
        tried.append(symbol)
        raise BrowserNotFound

    with pytest.raises(BrowserNotFound):
        list(run_in_order(work, [f"T{number}" for number in range(100)], jobs=2, endings=NO_PICTURES))
    assert len(tried) < 10
