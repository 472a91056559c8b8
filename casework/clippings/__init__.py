"""The day's news in three editions."""
