"""Editing lists while others edit them, and while the store is away: what was typed is never lost."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from market.store.failures import StoreAway
from market.store.store import Store, Watchlist, get_store
from tests.support.page_texts import plain
from ui.sidebar import watchlist_editor

pytestmark = pytest.mark.apptest

ANN, BOB = "ann@example.com", "bob@example.com"
EDITOR = """
from ui.sidebar import watchlist_editor, watchlist_picker
watchlist_picker.draw_picker()
watchlist_editor.draw_editor()
watchlist_editor.draw_messages()
"""
MINERS = ("CIFR", "CLSK", "IREN", "MARA", "RIOT")


@pytest.fixture
def viewer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every page that of Bob."""
    for module in ("watchlist_editor", "watchlist_picker", "own_targets"):
        monkeypatch.setattr(f"ui.sidebar.{module}.current_person", lambda: BOB)
    monkeypatch.setattr("ui.sidebar.edit_history.current_person", lambda: BOB)


@pytest.fixture
def editor(viewer: None) -> AppTest:
    """The editor with the form of the first list open."""
    at = AppTest.from_string(EDITOR, default_timeout=30)
    at.session_state[watchlist_editor.EDIT_POPOVER_KEY] = True
    return at.run()


def typed(at: AppTest, name: str, tickers: str) -> AppTest:
    name_box(at).set_value(name)
    tickers_box(at).set_value(tickers)
    return at


def name_box(at: AppTest):
    return next(box for box in at.text_input if box.key.startswith("watchlist-name "))


def tickers_box(at: AppTest):
    return next(box for box in at.text_area if box.key.startswith("watchlist-as "))


def press(at: AppTest, label: str) -> AppTest:
    next(button for button in at.button if button.label == label).click().run()
    assert not at.exception
    return at


def alerts(at: AppTest) -> list[str]:
    return [plain(alert.value) for kind in (at.error, at.warning, at.info) for alert in kind]


def test_ticker_that_another_added_while_the_form_was_open_is_kept_and_told(editor: AppTest) -> None:
    miners = get_store().watchlists()[0]
    get_store().edit_watchlist(miners, "Miners", (*MINERS, "WULF"), ANN)
    press(typed(editor, "Miners", " ".join((*MINERS, "HUT"))), "Save")
    assert get_store().watchlists()[0].symbols == (*MINERS, "HUT", "WULF")
    assert alerts(editor) == ['"Miners" was changed meanwhile: it has your changes and those of the others.']
    assert tickers_box(editor).value.split() == [*MINERS, "HUT", "WULF"]


def test_conflict_shows_both_texts_and_saving_again_takes_the_typed_one(editor: AppTest) -> None:
    miners = get_store().watchlists()[0]
    theirs = get_store().edit_watchlist(miners, "Bitcoin", ("RIOT", "CIFR"), ANN)
    press(typed(editor, "Crypto", "CIFR, RIOT, HUT"), "Save")
    assert any(f'"Miners" was changed meanwhile by {ANN}: here is both' in sentence for sentence in alerts(editor))
    assert get_store().watchlists() == (theirs,)
    assert "**Theirs:** Bitcoin" in [plain(text.value) for text in editor.markdown]
    assert [code.value for code in editor.code] == ["RIOT CIFR"]
    assert (name_box(editor).value, tickers_box(editor).value) == ("Crypto", "CIFR, RIOT, HUT")
    press(editor, "Save")
    assert get_store().watchlists() == (Watchlist("Crypto", ("CIFR", "RIOT", "HUT")),)
    assert not editor.code


def test_conflict_can_be_settled_for_what_the_others_saved(editor: AppTest) -> None:
    miners = get_store().watchlists()[0]
    theirs = get_store().edit_watchlist(miners, "Bitcoin", ("RIOT", "CIFR"), ANN)
    press(typed(editor, "Crypto", "CIFR"), "Save")
    press(editor, "Keep theirs")
    assert get_store().watchlists() == (theirs,)
    assert (name_box(editor).value, tickers_box(editor).value.split()) == ("Bitcoin", ["RIOT", "CIFR"])


def test_edit_of_a_list_that_another_deleted_can_be_saved_as_a_new_one(editor: AppTest) -> None:
    chips = get_store().create_watchlist("Chips", ("NVDA",))
    get_store().delete_watchlist(get_store().watchlists()[0], ANN)
    press(typed(editor, "Miners", "CIFR HUT"), "Save")
    assert any(f"deleted meanwhile by {ANN}" in sentence for sentence in alerts(editor))
    press(editor, "Save")
    assert get_store().watchlists(BOB) == (chips, Watchlist("Miners", ("CIFR", "HUT")))
    assert editor.selectbox[0].value == "Miners"


def test_what_was_typed_outlives_an_outage(editor: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    def is_away(*_: object, **__: object) -> None:
        raise StoreAway("postgresql://ann:secret@db.example/levels")

    with monkeypatch.context() as outage:
        outage.setattr(Store, "edit_watchlist", is_away)
        outage.setattr(Store, "create_watchlist", is_away)
        press(typed(editor, "Bitcoin", "CIFR HUT"), "Save")
        assert alerts(editor) == [
            "The store postgresql://db.example cannot be reached, so nothing was saved. "
            "What you entered is still here: save it again when the store is back."
        ]
        editor.text_input(key="watchlist-new-name 0").set_value("Chips")
        editor.text_area(key="watchlist-new-as 0").set_value("NVDA")
        press(editor, "Create")
    assert (name_box(editor).value, tickers_box(editor).value) == ("Bitcoin", "CIFR HUT")
    press(editor, "Save")
    press(editor, "Create")
    assert get_store().watchlists(BOB) == (Watchlist("Bitcoin", ("CIFR", "HUT")), Watchlist("Chips", ("NVDA",)))


def test_list_of_ones_own_is_shared_by_a_click(editor: AppTest) -> None:
    editor.text_input(key="watchlist-new-name 0").set_value("Ideas")
    press(editor, "Create")
    assert len(get_store().watchlists(ANN)) == 1
    sharing = next(group for group in editor.button_group if group.label == "Others")
    assert sharing.value == "private"
    sharing.set_value("read").run()
    assert get_store().watchlists(ANN)[1].sharing == "read"


def test_list_shared_to_read_has_no_form(viewer: None) -> None:
    ideas = get_store().create_watchlist("Ideas", ("WULF",), ANN)
    get_store().share_watchlist(ideas, "read", ANN)
    at = AppTest.from_string(EDITOR, default_timeout=30)
    at.query_params["watchlist"] = "Ideas"
    at.run()
    assert any(f"Shared to read by {ANN}" in plain(caption.value) for caption in at.caption)
    assert "Save" not in [button.label for button in at.button]


def test_two_lists_of_one_name_are_told_apart_by_their_owner(viewer: None) -> None:
    for person in (ANN, BOB):
        ideas = get_store().create_watchlist("Ideas", (person[:1].upper(),), person)
        get_store().share_watchlist(ideas, "read", person)
    at = AppTest.from_string(EDITOR, default_timeout=30).run()
    assert at.selectbox[0].options == ["Miners", f"Ideas ({ANN})", "Ideas"]


def test_deleted_list_is_restored_from_the_history(editor: AppTest) -> None:
    chips = get_store().create_watchlist("Chips", ("NVDA",))
    get_store().delete_watchlist(chips, ANN)
    editor.session_state["edit-history"] = True
    editor.run()
    told = next(plain(text.value) for text in editor.markdown if "deleted" in text.value)
    assert told.startswith("**Chips** deleted") and ANN in told
    press(editor, "Restore")
    assert Watchlist("Chips", ("NVDA",)) in get_store().watchlists()
    assert "Restore" not in [button.label for button in editor.button]


def test_lists_that_cannot_be_known_are_not_replaced_by_the_shipped_one(
    viewer: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEVELS_STORE", "postgresql://levels@127.0.0.1:1/levels")
    at = AppTest.from_string(EDITOR, default_timeout=30).run()
    assert not at.exception
    assert at.selectbox[0].options == [] and at.selectbox[0].disabled
