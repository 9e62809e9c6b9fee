"""Intervals: daily, weekly and monthly bars."""
