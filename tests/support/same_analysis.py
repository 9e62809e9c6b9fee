"""Two analyses compared field by field, series and frames to the last bit."""

from __future__ import annotations

import dataclasses
from dataclasses import replace

import pandas as pd

from indicators.analysis import Analysis


def assert_same(one: Analysis, other: Analysis) -> None:
    for field in dataclasses.fields(Analysis):
        value, other_value = getattr(one, field.name), getattr(other, field.name)
        if field.name in ("bars", "daily_bars", "bands"):
            pd.testing.assert_frame_equal(value, other_value, check_exact=True, check_freq=False)
        elif field.name == "emas":
            for average, twin in zip(value, other_value, strict=True):
                pd.testing.assert_series_equal(average.series, twin.series, check_exact=True, check_freq=False)
                assert replace(average, series=None) == replace(twin, series=None)
        else:
            assert value == other_value, field.name
