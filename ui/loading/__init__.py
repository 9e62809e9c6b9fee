"""Loading tickers, and making pictures of them, while a page is shown."""
