"""Daily bars from Yahoo: yfinance's repair of a whole series, and joining it with newer bars."""
