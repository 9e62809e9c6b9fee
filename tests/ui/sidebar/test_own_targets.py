"""Own targets in the sidebar: imported files are checked, saved, marked as own, exported and deleted."""

from __future__ import annotations

import re
from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from charts.levels.rail_texts import OWN
from market import PriceTarget
from market.sample import sample
from market.store import store
from market.targets_csv import COLUMNS, MAX_BYTES, MAX_ROWS, read_targets_csv, write_targets_csv
from tests.support.app_pages import empty_store, open_page
from tests.support.page_texts import button_labels, chart_text, messages
from tests.support.paths import ROOT

pytestmark = pytest.mark.apptest


BOX = "from ui.sidebar import own_targets\nown_targets.draw_own_targets()"
HEADER = "firm,symbol,date,target,rating,note,url\n"
HOSTILE = (
    "<script>alert(1)</script>",
    "[x](javascript:alert(1))",
    r"$\LaTeX$",
    "=cmd()",
    "\u202egnp.exe\u2066",
    "🚀👩\u200d🚀",
    ":red[x] :material/home: **b** `c`",
)


@pytest.fixture(autouse=True)
def kept() -> store.Store:
    return empty_store()


@pytest.fixture
def box() -> AppTest:
    return AppTest.from_string(BOX, default_timeout=30).run()


def drop(at: AppTest, content: str | bytes, name: str = "mine.csv") -> AppTest:
    body = content.encode() if isinstance(content, str) else content
    at.file_uploader[0].set_value((name, body, "text/csv")).run()
    assert not at.exception
    return at


def test_the_example_is_imported_and_its_tickers_are_named(box, kept):
    drop(box, sample.TARGETS_CSV.read_bytes(), sample.TARGETS_CSV.name)
    assert "targets-jpmorgan-2025-11-24.csv: 5 rows added for CIFR, CLSK, IREN, MARA, RIOT." in messages(box)
    assert [row.source for row in kept.own_targets()] == ["own"] * 5
    assert button_labels(box) == ["5 saved"]


def test_reruns_import_a_file_only_once(box, kept, monkeypatch):
    drop(box, HEADER + "A,CIFR,2025-11-24,18\n")
    added = []
    monkeypatch.setattr(store.Store, "add_own_targets", lambda _, rows: added.append(rows))
    for _ in range(3):
        box.run()
    assert added == [] and len(kept.own_targets()) == 1 and "1 row added for CIFR." in messages(box)


def test_importing_a_file_twice_adds_nothing(box, kept):
    drop(box, HEADER + "A,CIFR,2025-11-24,18\n")
    drop(box, HEADER + "A,CIFR,2025-11-24,18\n", "again.csv")
    assert "again.csv: nothing new, all its rows were saved before." in messages(box)
    drop(box, HEADER + "A,CIFR,2025-11-24,18\nB,CIFR,2025-11-24,19\n", "more.csv")
    assert "more.csv: 1 row added for CIFR. The other row was saved before." in messages(box)
    assert len(kept.own_targets()) == 2


def test_bad_rows_are_listed_with_line_and_reason_and_good_ones_are_imported(box, kept):
    drop(box, HEADER + "A,CIFR,24.11.2025,18\nB,CIFR,2025-11-24,$18\nC,CIFR,2025-11-24,18\n,CIFR,2025-11-24,18\n")
    assert [row.firm for row in kept.own_targets()] == ["C"]
    lines = messages(box).splitlines()
    assert "mine.csv: 1 row added for CIFR." in lines
    assert "**Line 2:** '24.11.2025' is not a date: write it as year-month-day, such as 2025-11-24." in lines
    assert "**Line 3:** '$18' in target is not a plain positive number: write it as 18 or 18.50." in lines
    assert "**Line 5:** The row has no firm." in lines


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, "not UTF-8 text"),
        (b"x" * 10_000_000, "larger than 2 MB"),
        (b"", "no column firm"),
        ("firm;symbol\nA;CIFR", "no column date"),
        (b"PK\x03\x04" + b"\x00" * 500, "no column firm"),
    ],
)
def test_an_unreadable_file_is_refused_with_the_reason(box, kept, content, reason):
    drop(box, content, "photo <b>.csv")
    (error,) = box.error
    assert reason in messages(box) and r"photo \<b\>\.csv" in error.value
    assert kept.own_targets() == () and not box.success


def test_a_file_without_rows_is_reported(box):
    drop(box, HEADER)
    assert "mine.csv has column names but no rows." in messages(box)


def test_rows_beyond_the_limit_are_left_out(box, kept):
    drop(box, HEADER + "A,CIFR,2025-11-24,18\n" * (MAX_ROWS + 1))
    assert len(kept.own_targets()) == 1 and "The other 9,999 were saved before." in messages(box)
    assert f"**Line {MAX_ROWS + 2:,}:** Nothing was read from here on: a file may have 10,000 rows." in messages(box)


def test_browser_and_reader_have_the_same_size_limit():
    box = AppTest.from_string(BOX).run()
    assert box.file_uploader[0].proto.max_upload_size_mb == 2 == MAX_BYTES // 1_000_000
    config = (ROOT / ".streamlit" / "config.toml").read_text()
    assert "maxUploadSize = 2\n" in config


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_literally_and_never_run(box, kept, text):
    row = PriceTarget("CIFR", text, date(2025, 11, 24), 18.0, rating=text, analyst=text, note=text, source="own")
    drop(box, write_targets_csv([row]), f"{text}.csv")
    assert kept.own_targets() == (row,)
    shown = "".join(message.value for message in box.success)
    assert not re.search(r"(?<!\\)[<\[$`*:]", shown.split(" 1 row added")[0].removesuffix(":"))
    assert "\u202e" not in shown and "\u200d" not in shown
    box.button(key="own-show").click().run()
    assert not box.exception
    for cell in box.dataframe[0].value[["Firm", "Rating", "Note"]].iloc[0]:
        assert not cell.startswith(("=", "+", "-", "@"))
        assert "\u202e" not in cell
        assert "<script>" not in text or "<script>" in cell


def test_hostile_text_in_a_bad_row_is_shown_literally(box):
    drop(box, HEADER + "".join(f'A,"{text}",2025-11-24,18\n' for text in HOSTILE))
    (listed,) = (caption.value for caption in box.caption)
    assert listed.count("**Line") == len(HOSTILE)
    assert not re.search(r"(?<!\\)[<\[$`*]", re.sub(r"\*\*Line \d+:\*\*", "", listed))
    assert "\u202e" not in listed


def test_saved_targets_are_there_in_the_next_session_and_in_the_dialog(box, kept):
    drop(box, sample.TARGETS_CSV.read_bytes())
    later = AppTest.from_string(BOX, default_timeout=30).run()
    assert button_labels(later) == ["5 saved"] and not later.success
    later.button(key="own-show").click().run()
    table = later.dataframe[0].value
    assert list(table["Ticker"]) == ["CIFR", "CLSK", "IREN", "MARA", "RIOT"]
    assert list(table["Target"]) == [18, 14, 39, 13, 17]
    assert "Link" not in table


def test_deleting_asks_for_confirmation_and_leaves_nothing(box, kept):
    drop(box, sample.TARGETS_CSV.read_bytes())
    box.button(key="own-show").click().run()
    assert len(kept.own_targets()) == 5
    assert any("can be restored for 90 days" in text.value for text in box.markdown)
    box.button(key="own-delete").click().run()
    assert kept.own_targets() == () and button_labels(box) == [] and not box.success and not box.exception


def test_deleting_what_was_selected_spares_what_others_changed_meanwhile(box, kept):
    """Rows that others delete or add move the others of the table, and the places selected with them."""
    rows = [PriceTarget("CIFR", firm, date(2025, 11, 24), 18.0, source="own") for firm in "ABCD"]
    kept.add_own_targets(rows[:3])
    box.run()
    box.button(key="own-show").click().run()
    kept.delete_own_targets(rows[:1])
    kept.add_own_targets(rows[3:])
    box.button(key="own-delete").click().run()
    assert kept.own_targets() == (rows[3],)
    assert "1 row not deleted" in messages(box)


def test_an_import_that_met_an_outage_is_made_by_a_click_when_the_store_is_back(box, kept, monkeypatch):
    def is_away(*_: object) -> int:
        raise store.StoreAway("postgresql://db.example/levels")

    with monkeypatch.context() as outage:
        outage.setattr(store.Store, "add_own_targets", is_away)
        drop(box, sample.TARGETS_CSV.read_bytes())
        assert "What you entered is still here" in messages(box)
    box.button(key="own-again").click().run()
    assert len(kept.own_targets()) == 5 and "own-again" not in [button.key for button in box.button]


def test_targets_of_a_person_are_private_until_shared(kept, monkeypatch):
    for module in ("own_targets", "saved_targets"):
        monkeypatch.setattr(f"ui.sidebar.{module}.current_person", lambda: "ann@example.com")
    box = AppTest.from_string(BOX, default_timeout=30).run()
    drop(box, sample.TARGETS_CSV.read_bytes())
    assert kept.own_targets() == () and len(kept.own_targets(person="ann@example.com")) == 5
    box.button(key="own-show").click().run()
    sharing = next(group for group in box.button_group if group.label == "Your targets")
    assert sharing.value == "private"
    sharing.set_value("read").run()
    assert len(kept.own_targets()) == 5
    kept.delete_own_targets(person="ann@example.com")


def test_a_store_that_refuses_is_reported(box, monkeypatch):
    def full(*_: object) -> int:
        raise store.StoreProblem("The disk is full: make room, then drop the file again.")

    monkeypatch.setattr(store.Store, "add_own_targets", full)
    drop(box, HEADER + "A,CIFR,2025-11-24,18\n")
    assert "mine.csv: The disk is full: make room, then drop the file again." in messages(box)


def test_a_store_in_memory_warns_that_nothing_is_saved(monkeypatch, tmp_path):
    blocked = tmp_path / "a file"
    blocked.write_text("no folder")
    monkeypatch.setenv("LEVELS_STORE", str(blocked / "levels.db"))
    at = AppTest.from_string(BOX, default_timeout=30).run()
    drop(at, HEADER + "A,CIFR,2025-11-24,18\n")
    assert "1 row added" in messages(at) and "kept only while Levelboard is running" in messages(at)


def test_the_reader_accepts_the_example_and_the_export(kept):
    assert sample.TARGETS_CSV.read_text().splitlines()[0] == ",".join(COLUMNS)
    rows = read_targets_csv(sample.TARGETS_CSV.read_bytes()).rows
    kept.add_own_targets(rows)
    exported = write_targets_csv(kept.own_targets()).encode("utf-8-sig")
    assert read_targets_csv(exported).rows == rows
    assert read_targets_csv(exported).problems == ()


def test_an_import_shows_on_the_open_page(monkeypatch):
    at = open_page("coverage", source="Sample")
    assert "My Desk" not in set(at.dataframe(key="coverage-table").value["Firm"])
    drop(at, HEADER + "My Desk,CIFR,2025-11-21,25,Buy,=1+1\n")
    table = at.dataframe(key="coverage-table").value
    (mine,) = table[table["Firm"] == "My Desk"].to_dict("records")
    assert ("$25" in mine["Target"], "Buy" in mine["Rating"], mine["Analyst, note"]) == (True, True, "own · '=1+1")
    assert not table[table["Firm"] != "My Desk"]["Analyst, note"].str.startswith("own", na=False).any()


def test_the_levels_page_marks_own_targets_in_table_and_chart(monkeypatch):
    at = open_page("levels", source="Sample")
    assert f"{OWN} own" not in chart_text(at)
    drop(at, sample.TARGETS_CSV.read_bytes())
    assert at.dataframe[1].value["Whose"].tolist() == ["own"]
    assert f"{OWN} own" in chart_text(at)
