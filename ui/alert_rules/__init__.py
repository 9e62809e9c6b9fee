"""What the Alerts page is made of, and the way to it from a level or a target."""
