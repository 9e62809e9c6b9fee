"""What changed between two days, the rules that wait for it, and the messages that tell of it."""
