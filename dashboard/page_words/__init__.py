"""The words of single pages; ``dashboard.words`` gathers them."""
