"""Loading tickers while a page is shown."""
