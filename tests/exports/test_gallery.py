"""Tests of the album's page: pictures, figures and failures on a page that needs no network."""

from __future__ import annotations

import re
from dataclasses import replace

from exports.gallery import Entry, render_gallery
from tests.support.album_pages import ParsedPage
from text.numbers import PriceFormat
from tickers.batch import FailedTicker

HOSTILE = "<script>alert(1)</script>\"'&{{ 7*7 }}</title> $x$ \u202e🚀"


def test_the_page_shows_picture_read_and_ladder(cifr, cifr_ladder):
    page = render_gallery([Entry("CIFR_levels_2025-11-24.png", cifr, cifr_ladder)])
    seen = ParsedPage(page)
    assert seen.tags.count("img") == 1 and "CIFR_levels_2025-11-24.png" in seen.addresses
    assert cifr["read"] in seen.text
    assert "Demo data, not market prices." in seen.text and "24 Nov 2025" in seen.text
    zones = {name: (at, "resistance" if at > cifr["price"] else "support") for name, at in met_edges(cifr).items()}
    points = [level for level in cifr["levels"] if level["kind"] not in ("target", "zone")]
    others = {point["label"]: (point["price"], point["role"]) for point in points}
    technical = sorted((others | zones).items(), key=lambda item: -item[1][0])
    above, below = ([name for name, (_, its) in technical if its == role] for role in ("resistance", "support"))
    assert re.findall(r"<tr[^>]*><td>([^<]*)</td>", page) == [*above, "Price", *below]


def test_prices_are_written_as_on_the_chart(cifr, cifr_ladder):
    index = Entry("a.png", cifr, cifr_ladder, price_format=PriceFormat("", " points", 3))
    assert "16.770 points" in render_gallery([index])


def test_a_zone_is_one_rung_at_the_edge_that_the_price_would_meet(cifr, cifr_ladder):
    page = render_gallery([Entry("CIFR.png", cifr, cifr_ladder)])
    seen = dict(re.findall(r"<td>(Zone [^<]*)</td><td>([^<]*)</td>", page))
    met = met_edges(cifr)
    assert len(met) >= 4 and seen == {name: f"{at:.2f}" for name, at in met.items()}


def met_edges(figures):
    """The zones by their names on a ladder, with the edge that the price would meet; none of them holds it."""
    return {
        f"Zone {figure['low']:.2f}–{figure['high']:.2f}": figure["low" if figure["low"] > figures["price"] else "high"]
        for figure in figures["zones"]
    }


def test_the_page_loads_nothing_but_its_pictures_and_runs_no_script(cifr, cifr_ladder):
    parsed = ParsedPage(render_gallery([Entry("a.png", cifr, cifr_ladder)], [FailedTicker("X", "X: no such symbol")]))
    assert all(address.startswith("#ticker-") or address == "a.png" for address in parsed.addresses)
    assert not {"script", "link", "iframe", "object", "form"} & set(parsed.tags)


def test_outside_text_is_escaped(cifr, cifr_ladder):
    hostile = cifr | {"symbol": HOSTILE, "name": HOSTILE, "read": HOSTILE, "currency": HOSTILE[:30]}
    rows = tuple(replace(row, label=HOSTILE) for row in cifr_ladder)
    page = render_gallery([Entry('x" onerror="alert(1).png', hostile, rows)], [FailedTicker(HOSTILE, HOSTILE)])
    parsed = ParsedPage(page)
    assert "script" not in parsed.tags
    assert "onerror=" not in page.replace("onerror%3D", "")
    assert parsed.text.count("<script>alert(1)</script>") >= 4 and "{{ 7*7 }}" in parsed.text


def test_failures_are_listed_with_their_reasons(cifr, cifr_ladder):
    parsed = ParsedPage(render_gallery([], [FailedTicker("XYZQ", "XYZQ: Yahoo Finance knows no such symbol")]))
    assert "XYZQ: Yahoo Finance knows no such symbol" in parsed.text and "img" not in parsed.tags
