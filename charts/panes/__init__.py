"""Panes below the prices and their volume."""
