"""The levels chart: technical levels and analyst targets on one price axis."""
