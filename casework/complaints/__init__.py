"""Complaints: taken in on every channel, verified, forwarded, answered, rated."""
