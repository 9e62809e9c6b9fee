"""Spans of calendar time that several definitions share."""

from __future__ import annotations

from datetime import timedelta

FIFTY_TWO_WEEKS = timedelta(weeks=52)  # what a 52-week high and low look back: 364 days
ONE_YEAR = timedelta(days=365)  # how long a trendline has held, counted in years
TARGET_TERM = timedelta(days=365)  # firms set targets for twelve months
