"""Trendlines: their search, their ranking, and how often random data draws as good a line."""
