"""What tests of pages share: an installation that pages read, drawing one of them, and what it then says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from streamlit import cache_data, cache_resource
from streamlit.testing.v1 import AppTest

from dashboard.data import shared_casework, shared_store
from kentongan.settings import Settings, as_variables


def clear_caches() -> None:
    """Caches leak from one drawn page to the next."""
    for cache in (cache_data, cache_resource):
        cache.clear()


@contextmanager
def pages_over(settings: Settings) -> Iterator[None]:
    """Until the block ends, pages read this installation; then its store and casework are closed."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in as_variables(settings).items():
            patch.setenv(name, value)
        clear_caches()
        yield
        shared_store().close()
        shared_casework().close()
        clear_caches()


def draw_at(page: Callable[[], None], **address: str) -> AppTest:
    """The page as it is drawn at an address with these choices."""
    made = AppTest.from_function(page, default_timeout=60)
    for name, value in address.items():
        made.query_params[name] = value
    return made.run()


def told(page: AppTest) -> str:
    """All HTML that the page shows; it showed no exception."""
    assert not page.exception, page.exception
    return " ".join(element.body for element in page.get("html"))  # type: ignore[union-attr]
