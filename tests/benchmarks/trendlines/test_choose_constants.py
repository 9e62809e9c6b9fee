"""The constants that are moved one at a time exist and come back."""

from __future__ import annotations

import pytest

from benchmarks.trendlines.choose_constants import CONSTANTS, _constant_set_to


@pytest.mark.parametrize("name", CONSTANTS)
def test_each_constant_is_moved_for_the_block_only(name: str) -> None:
    module, constant, values = CONSTANTS[name]
    before = getattr(module, constant)
    assert before not in values
    with _constant_set_to(module, constant, values[0]):
        assert getattr(module, constant) == values[0]
    assert getattr(module, constant) == before
