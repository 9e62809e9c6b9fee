"""What is kept between two runs, on SQLite or PostgreSQL."""
