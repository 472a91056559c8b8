"""Writes many documents at once: encoded lines, requests bounded by bytes, busy items repeated, refusals named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from kentongan.errors import Quarantine, Retry
from search.elastic_connection import BUSY, Server, blocked, index_gone

REQUEST_BYTES = 4 * 1024 * 1024
"""A bulk request is sent before it grows past this many bytes (a single larger document goes alone)."""

REQUEST_LINES = 2_000
"""Most actions in one bulk request."""

Action = Literal["create", "index", "update", "delete"]


@dataclass(frozen=True, slots=True)
class Line:
    """One action of a bulk request, already encoded."""

    id: str
    encoded: bytes
    """The action line and, but for a deletion, the source line; each ends with a newline."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one action: 200 or 201 done, 404 absent, 409 there already or changed meanwhile."""

    id: str
    status: int


def encode_line(
    action: Action, name: str, source: Mapping[str, Any] | None = None, *, seen: tuple[int, int] | None = None
) -> Line:
    """An action on document ``name``.

    ``seen`` is the (sequence number, primary term) the document was read with: the action then fails with 409 where
    somebody wrote in between.
    """
    head: dict[str, Any] = {"_id": name}
    if seen is not None:
        head["if_seq_no"], head["if_primary_term"] = seen
    encoded = msgspec.json.encode({action: head}) + b"\n"
    if source is not None:
        encoded += msgspec.json.encode(source) + b"\n"
    return Line(name, encoded)


def write_lines(server: Server, alias: str, lines: Iterable[Line], *, refresh: bool = False) -> Iterator[Outcome]:
    """Send the actions to the index behind ``alias``; the outcomes come in no promised order.

    Raises Retry where the server stays away or busy (what was written stays; every action may be sent again) and
    Quarantine, after everything else was sent, where it refuses documents for good.
    """
    refused: dict[str, str] = {}
    for batch in split_batches(lines):
        yield from send_batch(server, alias, batch, refused, refresh=refresh)
    if refused:
        shown = "; ".join(f"{name}: {reason}" for name, reason in list(refused.items())[:3])
        raise Quarantine("store-refused", f"Elasticsearch menolak {len(refused)} dokumen ({shown}).")


def split_batches(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """The lines in order, cut into requests of at most REQUEST_BYTES and REQUEST_LINES."""
    batch: list[Line] = []
    size = 0
    for line in lines:
        if batch and (size + len(line.encoded) > REQUEST_BYTES or len(batch) >= REQUEST_LINES):
            yield batch
            batch, size = [], 0
        batch.append(line)
        size += len(line.encoded)
    if batch:
        yield batch


def send_batch(
    server: Server, alias: str, batch: list[Line], refused: dict[str, str], *, refresh: bool
) -> Iterator[Outcome]:
    """One request, and again for the items that were answered "busy"; permanent refusals go into ``refused``."""
    params = {"require_alias": "true", "refresh": "true" if refresh else "false"}
    attempt = 0
    while batch:
        answer = server.ask("POST", f"/{alias}/_bulk", b"".join(line.encoded for line in batch), params=params)
        again: list[Line] = []
        for line, item in zip(batch, answer["items"], strict=True):
            (said,) = item.values()
            status, error = int(said["status"]), said.get("error") or {}
            if status in BUSY:
                again.append(line)
            elif error.get("type") == "cluster_block_exception":
                raise blocked()
            elif error.get("type") == "index_not_found_exception":
                raise index_gone()
            elif status < 300 or status in (404, 409):
                yield Outcome(line.id, status)
            else:
                refused[line.id] = str(error.get("reason", status))
        if again and not server.pause(attempt):
            raise Retry("Antrean tulis Elasticsearch penuh.", hint="Coba lagi sebentar lagi.")
        attempt += 1
        batch = again
