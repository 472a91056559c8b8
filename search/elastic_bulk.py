"""Writes many documents at once: encoded lines, requests bounded by bytes, several on their way, refusals named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any, Literal

import msgspec

from kentongan.errors import KentonganError, NotConfigured, Quarantine, Retry
from search.elastic_connection import BUSY, blocked, index_gone
from search.elastic_index import Index, write_alias

REQUEST_BYTES = 2 * 1024 * 1024
"""A bulk request is sent before it grows past this many bytes (a single larger document goes alone)."""

REQUEST_LINES = 1_000
"""Most actions in one bulk request."""

CONNECTIONS = 4
"""Requests on their way at once: the server works on some while the next is encoded."""

ANSWER = {"filter_path": "items.*.status,items.*.error"}
"""What is read of an answer. Whole, it is a tenth of what was sent and costs more to read than the rest to write."""

Action = Literal["create", "index", "update", "delete"]

Seen = tuple[str, int, int]
"""The write a document was read from: its index, sequence number and primary term."""

encoder = msgspec.json.Encoder()


class Line(msgspec.Struct, frozen=True):
    """One action of a bulk request, already encoded."""

    id: str
    encoded: bytes
    """The action line and, but for a deletion, the source line; each ends with a newline."""
    conditional: bool = False
    """Goes through only on top of the write its document was read from."""


class Outcome(msgspec.Struct, frozen=True):
    """What became of one action: 200 or 201 done, 404 absent, 409 there already or changed meanwhile."""

    id: str
    status: int


class Sent(msgspec.Struct):
    """What became of one request: each of its actions is in one of the two."""

    outcomes: list[Outcome]
    refused: dict[str, str]
    """Reason, by document, why the server will never take it."""


def seen_of(answer: Mapping[str, Any]) -> Seen:
    """The write that the server's answer about a document was read from."""
    return answer["_index"], answer["_seq_no"], answer["_primary_term"]


def encode_line(
    action: Action, name: str, source: Mapping[str, Any] | None = None, *, seen: Seen | None = None
) -> Line:
    """An action on document ``name``.

    With ``seen`` the action fails with 409 where somebody wrote in between, or the index was replaced.
    """
    head: dict[str, Any] = {"_id": name}
    if seen is not None:
        index, head["if_seq_no"], head["if_primary_term"] = seen
        head["_index"] = write_alias(index)
    encoded = encoder.encode({action: head})
    encoded = b"%b\n" % encoded if source is None else b"%b\n%b\n" % (encoded, encoder.encode(source))
    return Line(name, encoded, seen is not None)


def write_lines(index: Index, lines: Iterable[Line], *, refresh: bool = False) -> Iterator[Outcome]:
    """Send the actions to the index, a few requests at a time; the outcomes come in no promised order.

    A server that is away, busy or blocked is waited for as long as LONG_WAITS says. Raises Retry where it stays so
    (what was written stays; every action may be sent again) and Quarantine, after everything else was sent, where it
    refuses documents for good.
    """
    refused: dict[str, str] = {}
    for sent in send_batches(index, split_batches(lines), refresh=refresh):
        yield from sent.outcomes
        refused |= sent.refused
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


def send_batches(index: Index, batches: Iterator[list[Line]], *, refresh: bool) -> Iterator[Sent]:
    """Send the requests, CONNECTIONS at a time. After a failure no further one begins; those begun are finished."""
    running: set[Future[Sent]] = set()
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        for batch in batches:
            running.add(pool.submit(send_batch, index, batch, refresh=refresh))
            if len(running) == CONNECTIONS:
                done, running = wait(running, return_when=FIRST_COMPLETED)
                yield from (one.result() for one in done)
        yield from (one.result() for one in running)


def send_batch(index: Index, batch: list[Line], *, refresh: bool) -> Sent:
    """One request, and again for the actions that could not be done for now."""
    params = {"require_alias": "true", "refresh": "true" if refresh else "false", **ANSWER}
    sent = Sent([], {})
    attempt = 0
    while batch:
        body = b"".join([line.encoded for line in batch])
        answer = index.server.ask("POST", f"/{write_alias(index.name)}/_bulk", body, params=params)
        again: list[Line] = []
        trouble: KentonganError | None = None
        for line, item in zip(batch, answer["items"], strict=True):
            (said,) = item.values()
            status: int = said["status"]
            error = said.get("error")
            if error is None or (status in (404, 409) and error["type"] != NO_INDEX):
                sent.outcomes.append(Outcome(line.id, status))
            elif error["type"] == NO_INDEX and line.conditional:
                sent.outcomes.append(Outcome(line.id, 409))
            elif (reason := passing_trouble(status, error["type"])) is not None:
                again.append(line)
                trouble = reason
            else:
                sent.refused[line.id] = str(error.get("reason", status))
        batch = again
        if trouble is not None:
            if isinstance(trouble, NotConfigured) and index.find_again():
                continue
            if not index.server.pause(attempt, f"menolak {len(again)} tulisan untuk sementara ({trouble.message})"):
                raise trouble
        attempt += 1
    return sent


NO_INDEX = "index_not_found_exception"


def passing_trouble(status: int, kind: str) -> KentonganError | None:
    """What to tell where an action refused for this reason stays refused; None where it always will be."""
    if kind == "cluster_block_exception":
        return blocked(status)
    if kind == NO_INDEX:
        return index_gone()
    if status in BUSY:
        return Retry("Antrean tulis Elasticsearch penuh.", hint="Coba lagi sebentar lagi.")
    return None
