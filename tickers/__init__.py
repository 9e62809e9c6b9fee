"""Load one ticker, load many, scan: a symbol and a day in, an Analysis out."""
