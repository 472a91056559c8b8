"""Stores documents and answers questions about them: embedded (SQLite and tantivy) or Elasticsearch."""
