"""The parts of the Levels page."""
