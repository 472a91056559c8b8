"""What people do about refused inputs: look at them, have a page asked for again, or set one aside for good."""

from __future__ import annotations

from datetime import UTC, datetime

from crawlers.addresses import url_keys
from crawlers.state import Refused
from crawlers.state_tables import Memory, one_change
from kentongan.schema import RawPointer

COLUMNS = "q.source, q.url, q.reason, q.message, q.at, q.file, q.offset"
OPEN = "NOT EXISTS (SELECT 1 FROM set_aside s WHERE s.source = q.source AND s.url = q.url AND s.reason = q.reason)"
"""SQL: nobody has set it aside."""


class Refusals(Memory):
    """Refused inputs, as the crawlers' memory has them. Calls come from one thread at a time."""

    def newest(self, *, source: str | None = None, limit: int = 100) -> list[Refused]:
        """The inputs nobody has set aside, newest first; of one source, or of all."""
        rows = self._db.execute(
            f"SELECT {COLUMNS} FROM quarantine q WHERE {OPEN} AND (?1 IS NULL OR q.source = ?1)"
            " ORDER BY q.at DESC, q.source, q.url LIMIT ?2",
            (source, limit),
        )
        return [
            Refused(
                source=name, url=url, reason=reason, message=message, at=datetime.fromisoformat(at),
                raw=RawPointer(file=file, offset=offset) if file is not None else None,
            )
            for name, url, reason, message, at, file, offset in rows
        ]  # fmt: skip

    def count_open(self) -> dict[str, int]:
        """How many of each source nobody has set aside."""
        return dict(self._db.execute(f"SELECT q.source, count(*) FROM quarantine q WHERE {OPEN} GROUP BY q.source"))

    def count_aside(self) -> int:
        """How many were set aside."""
        return int(self._db.execute("SELECT count(*) FROM set_aside").fetchone()[0])

    def can_retry(self, refused: Refused) -> bool:
        """Whether the next crawl can ask for it again: a page can, a post of a timeline or a row of a file cannot."""
        found = self._db.execute(
            "SELECT 1 FROM pages WHERE key = ? AND state = 'refused'", (page_key(refused),)
        ).fetchone()
        return found is not None

    def retry(self, refused: Refused) -> bool:
        """Put a page back among those the next crawl asks for; False where it is none of them (any more)."""
        with one_change(self._db):
            waiting = self._db.execute(
                "UPDATE pages SET state = 'pending', attempts = 0 WHERE key = ? AND state = 'refused'",
                (page_key(refused),),
            ).rowcount
            if waiting:
                self._db.execute(
                    "DELETE FROM quarantine WHERE source = ? AND url = ? AND reason = ?",
                    (refused.source, refused.url, refused.reason),
                )
        return bool(waiting)

    def set_aside(self, refused: Refused, *, by: str, at: datetime) -> bool:
        """Note that a person has looked at it and it stays as it is; False where it was set aside before."""
        with one_change(self._db):
            return bool(
                self._db.execute(
                    "INSERT OR IGNORE INTO set_aside VALUES (?, ?, ?, ?, ?)",
                    (refused.source, refused.url, refused.reason, at.astimezone(UTC).isoformat(), by),
                ).rowcount
            )


def page_key(refused: Refused) -> str | None:
    """The key of the page that was refused; None for a row of a file or anything else without an address."""
    return next(iter(url_keys([refused.url])), None)
