"""What a level or a target is worth: odds that were measured, and records beside those of chance."""
