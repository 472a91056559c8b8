"""One module a figure: each prints a JSON line a figure and checks in the same run that what it timed is right."""
