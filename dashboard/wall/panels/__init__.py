"""What each panel of the wall shows: a small record, and the function that reads it from aggregates.

No record has a field for an author, a reporter, an address or the words of a post.
"""
