"""Work in batches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def batched(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """The items in lists of ``size``, the last one shorter. Python 3.12's ``itertools.batched``."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch
