"""The wall: one snapshot for all screens, drawn on screens that nobody touches."""
