"""The built-in sample: constructed bars and published targets, available without a network."""
