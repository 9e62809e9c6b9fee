"""Charts of what firms published across tickers."""
