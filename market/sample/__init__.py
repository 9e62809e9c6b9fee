"""The built-in, constructed sample."""
