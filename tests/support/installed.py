"""Programs outside Python that some tests drive, looked for where systems keep them."""
