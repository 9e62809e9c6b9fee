"""A company's earnings at Yahoo: the next report, and the figures of those before."""
