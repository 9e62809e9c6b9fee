"""Plotly figures drawn from an Analysis."""
