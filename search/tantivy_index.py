"""The full-text index of the embedded store: one folder of tantivy's, its fields, its faults, its one writer.

It takes changed records, and knows nothing of where they are kept. Whatever tantivy reports as broken raises
IndexDamaged: the index can always be built again.
"""

from __future__ import annotations

import json
import os
import shutil
import struct
import threading
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import msgspec

from kentongan.errors import Retry
from search.aggregate import read_stats, stats_request, too_many_cells
from search.fields import IndexFields
from search.near import too_many_words
from search.truth import Change

if TYPE_CHECKING:
    from tantivy import Index, IndexWriter, Schema, Searcher

INDEX_VERSION = 4
"""Shape of the index: raise it when fields or tokens change, and every store builds its index anew."""

HEAP_BYTES = 64_000_000
"""Memory of a writer before it spills a segment; taken as it fills."""

NO_ROOM = (
    "No space left", "StorageFull", "File too large", "quota exceeded", "Too many open files",
    "Cannot allocate memory",
)  # fmt: skip
"""What the system says where it has no room: no damage, and it may pass."""

SPACE_TOKENS = "space"
"""Name of the analyzer that only splits on the space between tokens."""
COUNTED = (
    "kind", "source", "publisher", "platform", "author", "language", "region", "hashtags", "sample", "sentiment",
    "tone", "topic", "hoax", "hour",
)  # fmt: skip
"""Fields of whole words that are counted; each but the hour is filtered too."""
ASKED = ("author_key", "regions", "scored")
"""Fields of whole words that are only asked for."""

ID_HALVES = ("id_high", "id_low")
"""Columns of the first and the last 16 hex digits of an id, as numbers."""

FOOTER_END = struct.Struct("<II")
MAGIC = 1337
"""How a file of tantivy's ends: the length of its footer and this number."""


class IndexDamaged(Exception):
    """tantivy cannot use its files: open them anew, and if that fails build the index again."""


class WriterFailed(IndexDamaged):
    """tantivy's writing thread died without saying of what: mostly the system, not the index."""


@contextmanager
def index_faults() -> Iterator[None]:
    """Turn tantivy's complaints into IndexDamaged, or Retry where the system has no room for it."""
    try:
        yield
    except BaseException as error:
        # A panic of Rust code is no Exception and its class cannot be imported: only its name tells.
        if not isinstance(error, ValueError | OSError) and type(error).__name__ != "PanicException":
            raise
        said = str(error)
        if "bucket limit was exceeded" in said:
            raise too_many_cells() from error
        if "exceeded max expansions" in said:
            raise too_many_words() from error
        if any(sign in said for sign in NO_ROOM):
            raise Retry(
                "Indeks tidak dapat ditulis atau dibaca: sistem kehabisan ruang, memori atau berkas terbuka.",
                hint="Kosongkan ruang; yang tersimpan tidak hilang dan indeks menyusul sendiri.",
            ) from error
        raise (WriterFailed if "writer was killed" in said else IndexDamaged)(said) from error


def build_schema() -> Schema:
    from tantivy import SchemaBuilder

    builder = SchemaBuilder()
    # A document is replaced by its row's number: an index of ids, in no order, costs several times as much.
    builder.add_integer_field("number", indexed=True)
    # The id is kept in two columns: read many at a time, without unpacking blocks of stored documents.
    for name in ID_HALVES:
        builder.add_unsigned_field(name, fast=True)
    for name in ("seq", "bucket", "published_ms", "newest"):
        # A range is read from the column; an index of as many terms as documents would only cost.
        builder.add_integer_field(name, fast=True)
    for name in ("text", "norm"):
        builder.add_text_field(name, tokenizer_name=SPACE_TOKENS, index_option="position")
    for name in COUNTED:
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    for name in ASKED:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    return builder.build()


class TantivyIndex:
    """One opened index. Searches may come from any thread; the writer is one for all processes."""

    def __init__(self, index: Index, folder: Path, *, generation: int) -> None:
        from tantivy import TextAnalyzerBuilder, Tokenizer

        self.index = index
        self.folder = folder
        self.generation = generation
        self.schema = index.schema
        self.loaded = -1
        """Last change that searches see."""
        self.noted = True
        """False where its last commit was not the one the truth had noted when it was opened."""
        self.reload_lock = threading.Lock()
        index.register_tokenizer(SPACE_TOKENS, TextAnalyzerBuilder(Tokenizer.whitespace()).build())
        # When to look anew is decided by the truth's numbers, so no thread needs to watch the files.
        index.config_reader(reload_policy="manual")

    @classmethod
    def create(cls, folder: Path, *, generation: int) -> TantivyIndex:
        """A new, empty index in a folder that holds none."""
        from tantivy import Index

        with index_faults():
            folder.mkdir(parents=True)
            return cls(Index(build_schema(), path=str(folder), reuse=False), folder, generation=generation)

    @classmethod
    def open_or_create(cls, folder: Path, *, generation: int) -> TantivyIndex:
        """The index in a folder; an empty one where there is none that can be read."""
        try:
            return cls.open(folder, generation=generation)
        except IndexDamaged:
            if folder.exists():
                shutil.rmtree(folder)
            return cls.create(folder, generation=generation)

    @classmethod
    def open(cls, folder: Path, *, generation: int) -> TantivyIndex:
        """The index in a folder. Raises IndexDamaged where there is none or it cannot be read."""
        from tantivy import Index

        with index_faults():
            opened = cls(Index.open(str(folder)), folder, generation=generation)
            opened.index.searcher()
        return opened

    def load(self, seq: int) -> None:
        """Let searches see the last commit, which holds everything up to this change."""
        with self.reload_lock:
            if seq != self.loaded:
                with index_faults():
                    self.index.reload()
                self.loaded = seq

    def searcher(self) -> Searcher:
        """One frozen moment of the index."""
        with index_faults():
            return self.index.searcher()

    def opstamp(self) -> int:
        """tantivy's number of the last commit."""
        with index_faults():
            return int(json.loads((self.folder / "meta.json").read_bytes())["opstamp"])

    def highest_seq(self) -> int:
        """The last change any document in the index came from; 0 for an empty one."""
        from tantivy import Query as EngineQuery

        with index_faults():
            self.index.reload()
        with index_faults():
            answer = self.index.searcher().aggregate(EngineQuery.all_query(), stats_request("seq"))
        return int(read_stats(answer).largest or 0)

    def open_writer(self) -> IndexFeed | None:
        """The writer; None where another process or thread has it."""
        try:
            with index_faults():
                return IndexFeed(self.index.writer(heap_size=HEAP_BYTES, num_threads=1), self.schema)
        except IndexDamaged as error:
            if "LockBusy" in str(error):
                return None
            raise

    def damaged_files(self) -> list[str]:
        """Files of the last commit that are not as tantivy wrote them, by the checksum at their end. Reads them all."""
        with index_faults():
            segments = json.loads((self.folder / "meta.json").read_bytes())["segments"]
        names = {segment["segment_id"].replace("-", "") for segment in segments}
        files = [file for file in sorted(self.folder.iterdir()) if file.name.partition(".")[0] in names]
        return [file.name for file in files if not is_as_written(file)]


def is_as_written(file: Path) -> bool:
    """Whether a file of tantivy's has the CRC-32 its footer names: body, footer as JSON, length of the footer, magic
    number. True for one that a merge has just removed."""
    try:
        with file.open("rb") as opened:
            size = opened.seek(0, os.SEEK_END)
            if size < FOOTER_END.size:
                return False
            opened.seek(-FOOTER_END.size, os.SEEK_END)
            length, magic = FOOTER_END.unpack(opened.read())
            body = size - FOOTER_END.size - length
            if magic != MAGIC or body < 0:
                return False
            opened.seek(body)
            footer = json.loads(opened.read(length))
            opened.seek(0)
            crc = 0
            while body and (piece := opened.read(min(body, 1 << 20))):
                crc, body = zlib.crc32(piece, crc), body - len(piece)
            return bool(footer["crc"] == crc)
    except FileNotFoundError:
        return True
    except (ValueError, KeyError, TypeError):
        return False


def as_json(change: Change, fields: IndexFields) -> str:
    """A changed record as tantivy takes it, which passes over the one field it does not know, the whole id."""
    high, low = int(fields.id[:16], 16), int(fields.id[16:], 16)
    own = f'"number":{change.number},"seq":{change.seq},"id_high":{high},"id_low":{low}'
    return f"{{{own},{msgspec.json.encode(fields).decode()[1:]}"


class IndexFeed:
    """An open writer: used once, then thrown away, since after a failed commit it would swallow later ones."""

    def __init__(self, writer: IndexWriter, schema: Schema) -> None:
        self.writer = writer
        self.schema = schema

    def __enter__(self) -> IndexFeed:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let merges end and free the lock; what was not committed is gone."""
        try:
            with index_faults():
                self.writer.wait_merging_threads()
        except (IndexDamaged, Retry):
            if kind is None:
                raise

    def clear(self) -> None:
        """Remove every document. Seen after ``commit``."""
        with index_faults():
            self.writer.delete_all_documents()

    def put(self, changes: Iterable[Change]) -> None:
        """Write changed documents; seen after ``commit``. A document that was never changed since it came in, and that
        this index therefore cannot hold, is not searched for to replace it."""
        encoded = [(each, as_json(each, each.fields) if each.fields else None) for each in changes]
        with index_faults():
            for change, fields in encoded:
                if not change.first:
                    self.writer.delete_documents_by_term("number", change.number)
                if fields is not None:
                    self.writer.add_json(fields)

    def commit(self) -> int:
        """Make it durable; returns tantivy's number of the commit."""
        with index_faults():
            return self.writer.commit()
