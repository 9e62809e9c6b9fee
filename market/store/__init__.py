"""Storage between runs, on SQLite or PostgreSQL."""
