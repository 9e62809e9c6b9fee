"""The analysis in a few sentences."""
