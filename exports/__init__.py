"""Pictures and albums as files."""
