"""Albums: whole files, one page that needs no network, and a run that goes on where it stopped."""

from __future__ import annotations

import io
import json
import os
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from zipfile import ZipFile

import pytest

from exports import album as albums
from exports.album import Picture, PictureOptions
from exports.album_folder import JOURNAL, AlbumFolder
from exports.album_zip import AlbumZip
from exports.atomic_files import atomic_file, remove_abandoned, write_atomically
from exports.gallery import Entry, render_gallery
from exports.png import BrowserFailed, BrowserNotFound
from indicators import analyse
from indicators.ladder import LadderRow, ladder
from market.errors import UnknownSymbol
from market.sample import sample
from market.symbols import file_stem
from tickers.batch import FailedTicker, run_in_order
from tickers.json_document import analysis_document
from tickers.parallel import map_as_completed, map_in_order
from tickers.request import AnalysisRequest

HOSTILE = "<script>alert(1)</script>\"'&{{ 7*7 }}</title> $x$ \u202e🚀"
PNG = b"\x89PNG\r\n\x1a\n not a real one"
LATEST = {"as_of": "the latest"}


@pytest.fixture(scope="module")
def cifr() -> dict:
    return analysis_document(analyse(sample.history("CIFR"), sample.targets("CIFR")))


@pytest.fixture(scope="module")
def cifr_ladder() -> tuple[LadderRow, ...]:
    return ladder(analyse(sample.history("CIFR"), sample.targets("CIFR")))


def picture(figures: dict, symbol: str = "CIFR", rows: tuple[LadderRow, ...] = ()) -> Picture:
    return Picture(symbol, f"{symbol}_levels_2025-11-24.png", PNG, figures | {"symbol": symbol}, rows)


class Seen(HTMLParser):
    """What a browser would make of a page: its elements, its text, what it loads."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.sources: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.sources += [value for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data):
        self.text += data


# The page


def test_the_page_shows_picture_read_and_ladder(cifr, cifr_ladder):
    page = render_gallery([Entry("CIFR_levels_2025-11-24.png", cifr, cifr_ladder)])
    seen = Seen(page)
    assert seen.tags.count("img") == 1 and "CIFR_levels_2025-11-24.png" in seen.sources
    assert cifr["read"] in seen.text
    assert "Demo data, not market prices." in seen.text and "24 Nov 2025" in seen.text
    zones = {name: (at, "resistance" if at > cifr["price"] else "support") for name, at in near_edges(cifr).items()}
    points = [level for level in cifr["levels"] if level["kind"] not in ("target", "zone")]
    others = {point["label"]: (point["price"], point["role"]) for point in points}
    technical = sorted((others | zones).items(), key=lambda item: -item[1][0])
    above, below = ([name for name, (_, side) in technical if side == role] for role in ("resistance", "support"))
    assert re.findall(r"<tr[^>]*><td>([^<]*)</td>", page) == [*above, "Price", *below]


def test_a_zone_is_one_row_at_the_edge_that_the_price_meets_first(cifr, cifr_ladder):
    page = render_gallery([Entry("CIFR.png", cifr, cifr_ladder)])
    edges = near_edges(cifr)
    rows = dict(re.findall(r"<td>(Zone [^<]*)</td><td>([^<]*)</td>", page))
    assert len(edges) >= 4 and rows == {name: f"{at:.2f}" for name, at in edges.items()}


def near_edges(figures):
    """Return the zones by their names in a ladder, with the edge nearer to the price; none of them holds the price."""
    return {
        f"Zone {figure['low']:.2f}–{figure['high']:.2f}": figure["low" if figure["low"] > figures["price"] else "high"]
        for figure in figures["zones"]
    }


def test_the_page_needs_no_network_and_runs_nothing(cifr, cifr_ladder):
    seen = Seen(render_gallery([Entry("a.png", cifr, cifr_ladder)], [FailedTicker("X", "X: no such symbol")]))
    assert all(source.startswith("#ticker-") or source == "a.png" for source in seen.sources)
    assert not {"script", "link", "iframe", "object", "form"} & set(seen.tags)


def test_whatever_comes_from_outside_is_text(cifr, cifr_ladder):
    hostile = cifr | {"symbol": HOSTILE, "name": HOSTILE, "read": HOSTILE, "currency": HOSTILE[:30]}
    rows = tuple(replace(row, label=HOSTILE) for row in cifr_ladder)
    page = render_gallery([Entry('x" onerror="alert(1).png', hostile, rows)], [FailedTicker(HOSTILE, HOSTILE)])
    seen = Seen(page)
    assert "script" not in seen.tags
    assert "onerror=" not in page.replace("onerror%3D", "")
    assert seen.text.count("<script>alert(1)</script>") >= 4 and "{{ 7*7 }}" in seen.text


def test_what_is_old_is_said_beside_its_picture_also_after_a_resume(tmp_path, cifr):
    old = replace(picture(cifr), notices=("Prices of 3 hours ago <b>",))
    with AlbumFolder(tmp_path, ["CIFR"], LATEST) as first:
        first.keep(old)
    with AlbumFolder(tmp_path, ["CIFR"], LATEST, resume=True) as second:
        assert second.missing == ()
    assert "Prices of 3 hours ago <b>" in Seen((tmp_path / "index.html").read_text(encoding="utf-8")).text


def test_failures_are_listed_with_their_reasons(cifr):
    seen = Seen(render_gallery([], [FailedTicker("XYZQ", "XYZQ: Yahoo Finance knows no such symbol")]))
    assert "XYZQ: Yahoo Finance knows no such symbol" in seen.text and "img" not in seen.tags


# The ZIP


def test_the_zip_holds_every_picture_and_the_page(cifr):
    packed = AlbumZip()
    for each in (picture(cifr), picture(cifr, "CLSK"), FailedTicker("X", "X: no such symbol")):
        packed.take(each)
    packed.close()
    with ZipFile(io.BytesIO(packed.content())) as opened:
        assert opened.testzip() is None
        names = ["CIFR_levels_2025-11-24.png", "CLSK_levels_2025-11-24.png", "index.html"]
        assert opened.namelist() == names
        assert opened.read(names[0]) == PNG
        page = Seen(opened.read("index.html").decode())
    assert set(names[:2]) <= set(page.sources) and "X: no such symbol" in page.text


# The folder


def test_a_resumed_run_draws_what_is_missing_only(tmp_path, cifr, cifr_ladder):
    with AlbumFolder(tmp_path, ["CIFR", "CLSK"], LATEST) as first:
        first.keep(picture(cifr, rows=cifr_ladder))
    with AlbumFolder(tmp_path, ["CIFR", "CLSK"], LATEST, resume=True) as second:
        assert second.missing == ("CLSK",)
        assert [(entry.document, entry.ladder) for entry in second.there] == [(cifr, cifr_ladder)]
        second.keep(picture(cifr, "CLSK"))
    page = Seen((tmp_path / "index.html").read_text(encoding="utf-8"))
    assert page.tags.count("img") == 2


@pytest.mark.parametrize(
    "spoil",
    (
        lambda folder: (folder / "CIFR_levels_2025-11-24.png").unlink(),
        lambda folder: (folder / JOURNAL).write_text("{torn", encoding="utf-8"),
        lambda folder: (folder / JOURNAL).write_text('["x"]\n3\n\x00', encoding="utf-8"),
        lambda folder: (folder / JOURNAL).unlink(),
    ),
)
def test_what_cannot_be_taken_over_is_drawn_again(tmp_path, cifr, spoil):
    with AlbumFolder(tmp_path, ["CIFR"], LATEST) as first:
        first.keep(picture(cifr))
    spoil(tmp_path)
    assert AlbumFolder(tmp_path, ["CIFR"], LATEST, resume=True).missing == ("CIFR",)


def test_pictures_made_for_something_else_are_drawn_again(tmp_path, cifr):
    with AlbumFolder(tmp_path, ["CIFR"], LATEST) as first:
        first.keep(picture(cifr))
    assert AlbumFolder(tmp_path, ["CIFR"], {"as_of": "2025-11-20"}, resume=True).missing == ("CIFR",)


def test_a_journal_leads_out_of_no_folder(tmp_path, cifr):
    (tmp_path / "secret.png").write_bytes(PNG)
    inside = tmp_path / "album"
    inside.mkdir()
    row = {"symbol": "CIFR", "file": "../secret.png", "purpose": LATEST, "document": cifr, "ladder": [], "notices": []}
    (inside / JOURNAL).write_text(json.dumps(row) + "\n", encoding="utf-8")
    assert AlbumFolder(inside, ["CIFR"], LATEST, resume=True).missing == ("CIFR",)


def test_a_line_the_run_was_killed_in_costs_that_ticker_only(tmp_path, cifr):
    with AlbumFolder(tmp_path, ["CIFR", "CLSK"], LATEST) as first:
        first.keep(picture(cifr))
        first.keep(picture(cifr, "CLSK"))
    journal = tmp_path / JOURNAL
    journal.write_bytes(journal.read_bytes()[:-40])
    assert AlbumFolder(tmp_path, ["CIFR", "CLSK"], LATEST, resume=True).missing == ("CLSK",)


# Whole files


def test_a_file_that_fails_half_way_leaves_the_old_one(tmp_path):
    path = tmp_path / "a.png"
    write_atomically(path, b"old")
    with pytest.raises(RuntimeError), atomic_file(path) as written:
        written.write(b"new")
        raise RuntimeError("killed")
    assert path.read_bytes() == b"old" and list(tmp_path.iterdir()) == [path]


def test_a_reader_never_meets_a_part(tmp_path):
    path = tmp_path / "a.png"
    contents = [bytes([value]) * 300_000 for value in (1, 2)]
    write_atomically(path, contents[0])
    seen, written = [], []

    def write() -> None:
        while len(seen) < 20 or len(written) < 20:
            write_atomically(path, contents[len(written) % 2])
            written.append(True)

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write)
        while not writing.done():
            seen.append(path.read_bytes())
        writing.result()
    assert len(seen) >= 20 and all(each in contents for each in seen)


def test_what_a_killed_writer_left_is_swept_later(tmp_path):
    left, fresh = tmp_path / ".a.png.0123.part", tmp_path / ".b.png.4567.part"
    left.write_bytes(b"half")
    fresh.write_bytes(b"half")
    os.utime(left, (time.time() - 7200,) * 2)
    remove_abandoned(tmp_path)
    assert list(tmp_path.iterdir()) == [fresh]


# Several at once


def test_answers_keep_the_order_of_the_questions():
    def slow_first(number: int) -> int:
        time.sleep(0.02 if number % 4 == 0 else 0.0)
        return number

    assert list(map_in_order(slow_first, range(40), ThreadPoolExecutor(4), ahead=6)) == list(range(40))


def test_no_more_is_asked_than_is_taken():
    begun = []
    answers = map_in_order(begun.append, range(1000), ThreadPoolExecutor(2), ahead=5)
    for _ in range(10):
        next(answers)
    answers.close()
    time.sleep(0.05)
    assert len(begun) <= 15


def test_a_slow_one_holds_up_no_other():
    gate = threading.Event()

    def work(number: int) -> int:
        if number == 0:
            gate.wait(20)
        return number

    answers = map_as_completed(work, range(20), ThreadPoolExecutor(2), ahead=3)
    assert sorted(next(answers) for _ in range(19)) == list(range(1, 20))
    gate.set()
    assert list(answers) == [0]


def test_a_bad_ticker_is_named_and_the_rest_goes_on():
    def work(symbol: str) -> str:
        if symbol == "XYZQ":
            raise UnknownSymbol(symbol)
        if symbol == "HUNG":
            raise BrowserFailed("no picture within 60 seconds")
        return symbol

    good, bad, hung, last = run_in_order(work, ["CIFR", "XYZQ", "HUNG", "CLSK"])
    assert (good, last) == ("CIFR", "CLSK")
    assert bad == FailedTicker("XYZQ", "XYZQ: Yahoo Finance knows no such symbol")
    assert hung.symbol == "HUNG" and "no picture within 60 seconds" in hung.reason


def test_without_a_browser_nothing_more_is_tried():
    tried = []

    def work(symbol: str) -> str:
        tried.append(symbol)
        raise BrowserNotFound

    with pytest.raises(BrowserNotFound):
        list(run_in_order(work, [f"T{each}" for each in range(100)], jobs=2))
    assert len(tried) < 10


def test_an_album_has_a_picture_of_each_ticker_or_its_reason(monkeypatch):
    threads = set()

    def drawn(analysis, options) -> bytes:
        threads.add(threading.get_ident())
        return PNG

    monkeypatch.setattr(albums, "draw_png", drawn)
    found = list(albums.make_album(["CIFR", "NONE", "CLSK"], AnalysisRequest(source="sample"), PictureOptions()))
    assert [type(found_item) for found_item in found] == [Picture, FailedTicker, Picture]
    assert [found_item.file for found_item in found if isinstance(found_item, Picture)] == [
        "CIFR_levels_2025-11-24.png",
        "CLSK_levels_2025-11-24.png",
    ]
    assert threading.get_ident() not in threads


def test_every_name_of_a_file_is_safe(tmp_path: Path):
    symbols = ("^GSPC", "BRK/B", "../x", "CON", "nul.png", "A\\B", "..", "a" * 300, "A:B", "\u202eX", "-rf", "É")
    stems = [file_stem(symbol) for symbol in symbols]
    assert len(set(stems)) == len(symbols)
    for stem in stems:
        path = tmp_path / f"{stem}_levels_2025-11-24.png"
        write_atomically(path, PNG)
        assert path.parent == tmp_path and path.is_file()
        assert not set(stem) & set('/\\:*?"<>|') and not stem.startswith((".", "-"))
