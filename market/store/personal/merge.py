"""Two edits of the same list made one, where nothing of either is lost."""

from __future__ import annotations

from collections.abc import Sequence


def merge_symbols(base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]) -> tuple[str, ...] | None:
    """Return the list with what either edit of `base` added, without what either removed.

    The order is that of the edit that changed the order, and an addition of the other follows the symbol that it
    followed there. None if both changed the order, each in another way: then a person has to choose.
    """
    if _is_reordered(base, mine) and _is_reordered(base, theirs) and _kept(mine, theirs) != _kept(theirs, mine):
        return None
    leading, other = (mine, theirs) if _is_reordered(base, mine) else (theirs, mine)
    removed = set(base) - set(other)
    merged = [symbol for symbol in leading if symbol not in removed]
    for place, symbol in enumerate(other):
        if symbol not in base and symbol not in merged:
            before = other[place - 1] if place else None
            merged.insert(_place_after(merged, before), symbol)
    return tuple(merged)


def merge_text(base: str, mine: str, theirs: str) -> str | None:
    """Return the text of whichever edit changed it; None if both did, each in another way."""
    if mine in (base, theirs):
        return theirs
    return mine if theirs == base else None


def _is_reordered(base: Sequence[str], edited: Sequence[str]) -> bool:
    return _kept(base, edited) != _kept(edited, base)


def _kept(symbols: Sequence[str], others: Sequence[str]) -> list[str]:
    return [symbol for symbol in symbols if symbol in set(others)]


def _place_after(symbols: Sequence[str], before: str | None) -> int:
    if before is None:
        return 0
    return symbols.index(before) + 1 if before in symbols else len(symbols)
