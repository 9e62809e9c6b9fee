"""The terminal commands of `levelboard.py`, one file each, and what they share."""
