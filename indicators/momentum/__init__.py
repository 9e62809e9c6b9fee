"""Momentum: how fast the price moves, whatever its level."""
