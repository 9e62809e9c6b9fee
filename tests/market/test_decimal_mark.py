"""The decimal mark of a file is found from all its cells, and no number is ever read by the other one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.decimal_mark import find_number_style


def read(*cells: str, plain: bool = False) -> list[float | None]:
    """Return each cell's number, None where it is refused or is none."""
    style = find_number_style(enumerate(cells, 2), plain)
    return [None if style.doubt(cell) else style.value(cell) for cell in cells]


@pytest.mark.parametrize(
    ("cells", "numbers"),
    [
        (("18", "18.50"), [18.0, 18.5]),
        (("2.250", "1.875,50"), [2250.0, 1875.5]),
        (("2,250", "1,875.50"), [2250.0, 1875.5]),
        (("2.250", "17,5"), [2250.0, 17.5]),
        (("2.250", "17.5"), [2.25, 17.5]),
        (("2,250", "17.5"), [2250.0, 17.5]),
        (("2.250", "1.234.567"), [2250.0, 1234567.0]),
        (("2.250", "0.125"), [2.25, 0.125]),
        (("2.250", "1234.5678"), [2.25, 1234.5678]),
        (("1 875,50", "2.250"), [1875.5, 2250.0]),
        (("1'875.50", "2.250"), [1875.5, 2.25]),
        (("1\u00a0875", "1\u202f234\u202f567"), [1875.0, 1234567.0]),
        (("2.250",), [None]),
        (("2,250", "18"), [None, 18.0]),
        (("2.250", "1,875"), [None, None]),
        (("18.5", "17,5", "18"), [None, None, 18.0]),
        (("1.2.3", "1,23,4", "1..2", ".5", "5.", "-5", "+5", "1e3", "nan", ""), [None] * 10),
        (("12.34,56", "17,5"), [None, 17.5]),
    ],
)
def test_numbers_of_a_file(cells: tuple[str, ...], numbers: list[float | None]) -> None:
    assert read(*cells) == numbers


def test_file_of_a_known_style_has_a_decimal_point() -> None:
    assert read("2.250", plain=True) == [2.25]
    assert read("2.250", "17,5", plain=True) == [2250.0, 17.5]


def written(value: float, places: int, is_grouped: bool, mark: str) -> str:
    text = f"{value:,.{places}f}" if is_grouped else f"{value:.{places}f}"
    return text if mark == "." else text.translate(str.maketrans(".,", ",."))


CELLS = st.tuples(st.floats(0.01, 9e6), st.sampled_from([0, 1, 2, 3]), st.booleans())


@given(st.lists(CELLS, max_size=8), st.sampled_from(".,"))
def test_consistent_file_is_read_right_or_refused(cells: list[tuple[float, int, bool]], mark: str) -> None:
    texts = [written(*cell, mark) for cell in cells]
    for number, (value, places, _) in zip(read(*texts), cells, strict=True):
        assert number is None or number == float(f"{value:.{places}f}")


@given(st.lists(CELLS, min_size=1, max_size=8), st.sampled_from(".,"))
def test_one_certain_cell_settles_the_file(cells: list[tuple[float, int, bool]], mark: str) -> None:
    texts = [written(*cell, mark) for cell in [*cells, (1234.5, 2, True)]]
    assert read(*texts)[:-1] == [float(f"{value:.{places}f}") for value, places, _ in cells]
