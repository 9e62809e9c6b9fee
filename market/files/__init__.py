"""A folder of CSV or Parquet files as a data source: a broker's own prices and targets, offline."""
