"""Prices that the past left behind: the edges of open gaps, and highs that stood for a year."""
