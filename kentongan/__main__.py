"""``python -m kentongan`` is the command line."""

from kentongan.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
