"""The digest of a watchlist: the article of 24 November 2025 as a page, a mail and text."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest

from alerts import digest as digest_module
from alerts.destinations import Destination
from alerts.digest import Digest, digest_message, digest_page, digest_text, draw_small_picture, make_digest
from alerts.sending import Picture, send
from exports import png
from market import PriceTarget
from market.sources import fetch
from market.symbols import parse_symbol
from tests.support.alert_servers import mail_server
from tickers.request import AnalysisRequest, load_analysis

MINERS = ("CIFR", "CLSK", "IREN", "MARA", "RIOT")
DAY = date(2025, 11, 24)
HOSTILE = '<script>alert(1)</script><img src="http://evil.example/x.png">'


def fake_picture(analysis):
    return Picture(f"{analysis.symbol}.png", b"\x89PNG " + analysis.symbol.encode())


@pytest.fixture(scope="module")
def digest() -> Digest:
    return make_digest("Miners", (*MINERS, "NVDA"), "sample", DAY, fake_picture)


class Tags(HTMLParser):
    """The tags of a page, and the addresses of its pictures."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.pictures: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.names.add(tag)
        if tag == "img":
            self.pictures.append(dict(attributes)["src"])


def test_the_text_tells_changes_targets_and_nearest_levels(digest):
    lines = digest_text(digest).splitlines()
    assert lines[:2] == ["14 changes on 5 tickers", "Demo data, not market prices."]
    assert "CIFR $16.77 +18.6%" in lines
    for told in (
        "  Closed back above the 50-day EMA at $15.89.",
        "  JPMorgan raised its target to $18 from $12.",
        "  Support: EMA 50 at $15.89 (−5.3%)",
        "  Resistance: EMA 20 at $16.91 (+0.8%)",
    ):
        assert told in lines


def test_a_ticker_that_fails_is_said_and_the_others_are_there(digest):
    assert [ticker.symbol for ticker in digest.tickers] == list(MINERS)
    assert len(digest.problems) == 1
    assert digest.problems[0].startswith("NVDA: ")
    assert digest.problems[0] in digest_text(digest)


def test_news_of_analysts_has_a_section_of_its_own(digest):
    sections = dict(digest.tickers[0].sections)
    assert len(sections["Analysts"]) == 2
    assert all(line.startswith("JPMorgan ") for line in sections["Analysts"])
    assert "Closed back above the 50-day EMA at $15.89." in sections["What changed"]


def test_the_page_needs_nothing_else(digest):
    tags = Tags(digest_page(digest))
    assert len(tags.pictures) == len(MINERS)
    assert all(address.startswith("data:image/png;base64,") for address in tags.pictures)
    assert not tags.names & {"script", "link", "iframe"}


def test_nothing_from_outside_is_run_as_html(digest):
    first = replace(digest.tickers[0], name=HOSTILE, sections=((HOSTILE, (HOSTILE,)),))
    hostile = replace(digest, title=HOSTILE, subtitle=HOSTILE, problems=(HOSTILE,), tickers=(first,))
    tags = Tags(digest_page(hostile))
    assert "script" not in tags.names
    assert all(address.startswith("data:") for address in tags.pictures)


def test_the_mail_shows_each_picture_inside(digest):
    with mail_server() as mailbox:
        send(Destination("Mail", mailbox.address), digest_message(digest), lambda: digest.pictures)
    (mail,) = mailbox.mails
    assert mail["subject"] == "Miners: 24 Nov 2025"
    html = mail.get_body(("html",))
    assert html is not None
    shown = {address.removeprefix("cid:") for address in Tags(html.get_content()).pictures}
    sent = {part["content-id"].strip("<>") for part in mail.walk() if part.get_content_type() == "image/png"}
    assert shown == sent == {f"{symbol}.png" for symbol in MINERS}


def test_without_a_browser_there_are_no_pictures_and_it_is_said_once(monkeypatch):
    def fail(*arguments, **options):
        raise png.BrowserNotFound

    monkeypatch.setattr(png, "render_png", fail)
    made = make_digest("Miners", MINERS[:2], "sample", DAY, draw_small_picture)
    assert made.pictures == ()
    (problem,) = made.problems
    assert problem.startswith("There are no pictures. A PNG from the server needs Chrome or Chromium")
    assert Tags(digest_page(made)).pictures == []


@pytest.mark.browser
def test_a_picture_is_half_as_large_as_an_exported_one():
    picture = draw_small_picture(load_analysis("CIFR", AnalysisRequest("sample", DAY)))
    assert isinstance(picture, Picture)
    assert picture.file == "CIFR_levels_2025-11-24.png"
    width, height = (int.from_bytes(picture.png[at : at + 4]) for at in (16, 20))
    assert (width, height) == (png.WIDTH, png.HEIGHT)


def test_names_and_firms_are_one_line_of_limited_length(monkeypatch):
    firm = "\u202eFirm\nCIFR made up " + 10_000 * "x"
    data = fetch(parse_symbol("CIFR"), "sample")
    row = PriceTarget("CIFR", firm, DAY, 20.0)
    hostile = replace(data, targets=(row,), history=replace(data.history, name=firm))
    monkeypatch.setattr(digest_module, "fetch", lambda symbol, source: hostile)
    (ticker,) = make_digest("Miners", ["CIFR"], "sample", DAY, fake_picture).tickers
    (news,) = dict(ticker.sections)["Analysts"]
    for text in (ticker.name, news):
        assert "\n" not in text and "\u202e" not in text
        assert len(text) <= 400
