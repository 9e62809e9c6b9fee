"""Bars as arrays, and the figures that belong to each of them."""
