"""Two edits of one list made one: nothing that either added or removed is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from market.store.personal.merge import merge_symbols, merge_text

SYMBOLS = some.lists(some.sampled_from("ABCDEFGH"), unique=True, max_size=6)


def subsequence(symbols: list[str]) -> some.SearchStrategy[list[str]]:
    """Draw some of the symbols in their order: an edit that removes."""
    kept = some.lists(some.booleans(), min_size=len(symbols), max_size=len(symbols))
    return kept.map(lambda flags: [symbol for symbol, keep in zip(symbols, flags, strict=True) if keep])


@given(SYMBOLS, SYMBOLS, SYMBOLS)
def test_merged_list_has_every_addition_and_no_removal(base: list[str], mine: list[str], theirs: list[str]) -> None:
    merged = merge_symbols(base, mine, theirs)
    if merged is None:
        return
    assert len(set(merged)) == len(merged)
    added = (set(mine) | set(theirs)) - set(base)
    assert set(merged) == (set(base) & set(mine) & set(theirs)) | added


@given(SYMBOLS, SYMBOLS)
def test_edit_that_met_no_other_is_taken_as_it_is(base: list[str], edited: list[str]) -> None:
    assert merge_symbols(base, edited, base) == merge_symbols(base, base, edited) == tuple(edited)
    assert merge_symbols(base, edited, edited) == tuple(edited)


@given(some.data())
def test_edits_that_keep_the_order_are_always_merged(data: some.DataObject) -> None:
    base = data.draw(SYMBOLS)
    mine, theirs = ([*data.draw(subsequence(base)), *data.draw(added)] for added in (some.just("X"), some.just("YZ")))
    merged = merge_symbols(base, mine, theirs)
    assert merged is not None
    assert [symbol for symbol in merged if symbol in base] == [s for s in base if s in mine and s in theirs]


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "merged"),
    [
        ("ABC", "ABCX", "ABCY", "ABCXY"),
        ("ABC", "AXBC", "ABCY", "AXBCY"),
        ("ABC", "XABC", "YABC", "XYABC"),
        ("ABC", "AC", "ABCX", "ACX"),
        ("ABC", "CBA", "ABCX", "CXBA"),
        ("ABC", "ABCX", "CBA", "CXBA"),
        ("ABC", "CBA", "CBA", "CBA"),
        ("ABC", "CBA", "BAC", None),
        ("AB", "", "ABX", "X"),
    ],
)
def test_merge_of_two_edits(base: str, mine: str, theirs: str, merged: str | None) -> None:
    assert merge_symbols(base, mine, theirs) == (None if merged is None else tuple(merged))


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "merged"),
    [("A", "A", "A", "A"), ("A", "B", "A", "B"), ("A", "A", "B", "B"), ("A", "B", "B", "B"), ("A", "B", "C", None)],
)
def test_merge_of_two_names(base: str, mine: str, theirs: str, merged: str | None) -> None:
    assert merge_text(base, mine, theirs) == merged
