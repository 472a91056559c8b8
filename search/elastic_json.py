"""JSON for the Elasticsearch client by msgspec: bodies that are bytes go out as they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from elastic_transport import SerializationError, Serializer


class MsgspecSerializer(Serializer):
    """Encodes and reads JSON; the client's own takes several times as long for both."""

    mimetype = "application/json"

    def dumps(self, data: Any) -> bytes:
        return data if isinstance(data, bytes) else msgspec.json.encode(data)

    def loads(self, data: bytes) -> Any:
        try:
            return msgspec.json.decode(data) if data else None
        except msgspec.DecodeError as error:
            raise SerializationError(f"not JSON: {data[:200]!r}", errors=(error,)) from error


SERIALIZERS: Mapping[str, Serializer] = dict.fromkeys(("application/json", "application/x-ndjson"), MsgspecSerializer())
"""By the type of a body; the client uses them under its versioned names for these types too."""
