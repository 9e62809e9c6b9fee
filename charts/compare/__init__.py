"""Several tickers on one chart."""
