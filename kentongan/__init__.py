"""Kentongan: listens to public posts, news and complaints in Indonesian, and says what is rising and how sure it is."""

__version__ = "0.1.0"
