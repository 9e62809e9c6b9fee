"""Numbers, prose and escaping for text; knows nothing of markets."""
