"""Trendlines: found, ranked, and held against chance."""
