"""Figures and PNGs out of an Analysis."""
