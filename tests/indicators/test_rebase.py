"""Rebased closes: zero on the base day, and compounding back to the closes."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.rebase import rebase
from tests.support.generated_bars import closes, series


@given(closes(min_size=1), st.integers(-5, 100))
def test_is_zero_on_the_base_day_and_compounds_to_the_closes(close, offset):
    day = (close.index[0] + pd.Timedelta(days=offset)).date()
    rebased = rebase("TEST", close, day)
    assert rebased.pct.iloc[0] == 0.0
    assert rebased.pct.index[0].date() == rebased.base_day
    assert rebased.base_day <= day or rebased.base_day == close.index[0].date()
    compounded = rebased.base * (1 + rebased.pct / 100)
    np.testing.assert_allclose(compounded, close.loc[rebased.pct.index], rtol=1e-9, atol=1e-12 * rebased.base)


def test_a_day_without_a_session_takes_the_close_before_it():
    close = series([10.0, 20.0, 30.0])  # Thursday, Friday, Monday
    assert rebase("TEST", close, date(2020, 1, 4)).pct.tolist() == [0.0, 50.0]


def test_no_closes_raise():
    with pytest.raises(ValueError, match="TEST has no closes"):
        rebase("TEST", series([]), date(2020, 1, 4))
