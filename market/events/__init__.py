"""What happens to a share besides trading."""
