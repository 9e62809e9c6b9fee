"""Yahoo Finance through yfinance: the client, the read-through cache and the back-off."""
