"""The morning briefing (nota dinas)."""
