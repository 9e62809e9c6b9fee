"""The sidebar of every page."""
