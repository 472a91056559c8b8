"""Asks each source once, with the crawler's manners, whether it still is what it was declared to be. Stores nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import scrapy

from crawlers.addresses import normalise_url
from crawlers.checks import SourceCheck, State
from crawlers.fetch import Away, Fetched, Fetcher
from crawlers.kinds import Listing, Posts, parse_answer, start_address
from crawlers.process import run_spider, scrapy_settings
from crawlers.sources import Source
from crawlers.statuses import PERMANENT
from kentongan.errors import NotConfigured, Quarantine
from kentongan.settings import Settings

if TYPE_CHECKING:
    pass

Clock = Callable[[], datetime]
Progress = Callable[[int, int | None, str], None]

STATES: dict[str, State] = {"gone": "gone", "robots": "robots"}
"""Reasons of quarantine that are a state of their own; every other says that the answer cannot be read."""


def run_checks(
    settings: Settings, sources: Sequence[Source], *, clock: Clock, on_progress: Progress | None = None
) -> list[SourceCheck]:
    """Ask these sources, disabled ones too; what each answered, in their order. Blocks until done; once a process."""

    found: dict[str, SourceCheck] = {}

    def note_check(check: SourceCheck) -> None:
        found[check.source] = check
        if on_progress is not None:
            on_progress(len(found), len(sources), check.source)

    given = {"settings": settings, "sources": sources, "clock": clock, "note": note_check}
    _, faults = run_spider(CheckSpider, scrapy_settings(settings), given)
    for fault in faults:
        raise fault
    return [found[source.name] for source in sources if source.name in found]


class CheckSpider(scrapy.Spider):
    """Asks all sources at once, each host at its own pace."""

    name = "kentongan-check"

    def __init__(
        self,
        *,
        settings: Settings,
        sources: Sequence[Source],
        clock: Clock,
        note: Callable[[SourceCheck], None],
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._settings = settings
        self._sources = sources
        self._clock = clock
        self._note = note
        self.faults: list[BaseException] = []
        """What stopped the check early; empty after a whole one."""

    async def start(self) -> AsyncIterator[Any]:
        fetcher = Fetcher(self.crawler, settings=self._settings, clock=self._clock)
        asked = (self._check(source, fetcher) for source in self._sources)
        results = await asyncio.gather(*asked, return_exceptions=True)
        self.faults = [result for result in results if isinstance(result, BaseException)]
        return
        yield  # makes this an asynchronous generator, as Scrapy expects; every request is sent inline

    async def _check(self, source: Source, fetcher: Fetcher) -> None:
        """Ask one source. Raises only what is not the source's fault."""
        try:
            url = start_address(source, None) or source.url
            await fetcher.open_source(source)
            fetched = await fetcher.fetch(source, url)
            assert fetched is not None  # "not modified" answers conditional requests only
            checked = await asyncio.to_thread(read_check, source, fetched, asked=url)
        except Quarantine as error:
            checked = self._failed(source, STATES.get(error.reason, "unreadable"), str(error))
        except Away as error:
            checked = self._failed(source, "away", str(error))
        except NotConfigured as error:
            checked = self._failed(source, "unset", str(error))
        self._note(checked)

    def _failed(self, source: Source, state: State, message: str) -> SourceCheck:
        return SourceCheck(source=source.name, state=state, at=self._clock().astimezone(UTC), message=message)


def read_check(source: Source, fetched: Fetched, *, asked: str) -> SourceCheck:
    """The check of a source that answered; ``asked`` is the address that was asked for. Raises Quarantine."""
    answer = fetched.answer
    size, newest, message = _count(parse_answer(answer, source))
    moved = bool(PERMANENT.intersection(fetched.redirects)) and normalise_url(answer.url) != normalise_url(asked)
    if moved:
        message = f"Pindah ke {answer.url}; perbaiki kunci url. {message}".strip()
    return SourceCheck(
        source=source.name,
        state="moved" if moved else "answers",
        at=answer.at,
        message=message,
        entries=size,
        newest=newest,
        moved_to=answer.url if moved else None,
    )


def _count(parsed: Listing | Posts) -> tuple[int, datetime | None, str]:
    """How many entries an answer holds, the newest one's time, and what else to know."""
    if isinstance(parsed, Posts):
        refused = f"{len(parsed.refused)} kiriman tidak terbaca." if parsed.refused else ""
        return parsed.size, max((one.published_at for one in parsed.documents), default=None), refused
    newest = max((one.published_at for one in parsed.entries if one.published_at), default=None)
    if parsed.children and not parsed.entries:
        return len(parsed.children), newest, "Indeks yang menunjuk daftar lain; isinya tidak ikut diperiksa."
    return len(parsed.entries), newest, "" if parsed.entries else "Daftarnya kosong."
