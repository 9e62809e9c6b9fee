"""Yahoo Finance, through yfinance and by way of the store."""
