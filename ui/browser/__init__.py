"""Small scripts that run in the viewer's browser."""
