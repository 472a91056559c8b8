"""The pages: each draws, and asks dashboard.data for what it shows."""
