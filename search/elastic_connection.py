"""Talks to one Elasticsearch: opens the client from the settings, waits out short trouble, explains lasting trouble."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from kentongan.errors import BadQuery, NotConfigured, Retry
from kentongan.settings import Settings, variable_of

if TYPE_CHECKING:
    from elasticsearch import ApiError, Elasticsearch

WAITS = (0.25, 0.5, 1.0, 2.0, 4.0)
"""Pauses in seconds between the attempts of one request that a person waits for: a node that restarts behind another,
or a full queue, is over within them; anything longer is told to the caller as Retry."""

LONG_WAITS = (*WAITS, *(8.0,) * 14)
"""The same for writes and long readings, two minutes in all: a server that restarts or refuses for a minute is over."""

JITTER = 0.25
"""A pause is longer or shorter by up to this share, so that those who were refused together do not return together."""

BUSY = frozenset({429, 502, 503, 504})
"""Answers that mean "not now": queue full or memory short, gateway, no primary yet, timed out."""

WHOLE = {"allow_partial_search_results": "false"}
"""A search of which a part cannot be read fails; the server's own choice is to leave that part out."""

TIMEOUT = 60.0
"""Seconds one request may take."""

TOO_WIDE = ("too_many_clauses", "too_many_nested_clauses", "too_many_buckets", "too_complex", "too many terms")
"""The server's names for a question larger than it will take."""

log = logging.getLogger(__name__)


class Server:
    """An Elasticsearch, one node or several, reached with the settings' address and credentials.

    ``ask`` is the one way through which every request goes. It may be called from any thread.
    """

    def __init__(
        self,
        client: Elasticsearch,
        *,
        waits: tuple[float, ...] = WAITS,
        long_waits: tuple[float, ...] = LONG_WAITS,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = client
        self._waits = waits
        self._long_waits = long_waits
        self._pause = pause

    @property
    def patient(self) -> Server:
        """The same server for work that nobody watches: its troubles are waited out for LONG_WAITS."""
        return Server(self._client, waits=self._long_waits, long_waits=self._long_waits, pause=self._pause)

    @classmethod
    def open(
        cls,
        settings: Settings,
        *,
        waits: tuple[float, ...] = WAITS,
        long_waits: tuple[float, ...] = LONG_WAITS,
        pause: Callable[[float], None] = time.sleep,
    ) -> Server:
        """A client for ``settings.elasticsearch_url`` (several addresses of one cluster are separated by commas).

        Sends nothing yet. Raises NotConfigured where the client library is missing or the settings do not fit.
        """
        try:
            from elasticsearch import Elasticsearch

            from search.elastic_json import SERIALIZERS
        except ImportError as error:
            raise NotConfigured(
                "elasticsearch",
                "Pustaka klien Elasticsearch belum terpasang.",
                hint="Pasang dengan: pip install 'kentongan[elastic]'.",
            ) from error
        hosts = [part.strip() for part in settings.elasticsearch_url.split(",") if part.strip()]
        options: dict[str, Any] = {}
        if settings.elasticsearch_api_key:
            options["api_key"] = settings.elasticsearch_api_key
        elif settings.elasticsearch_user:
            options["basic_auth"] = (settings.elasticsearch_user, settings.elasticsearch_password)
        if settings.elasticsearch_ca_file is not None:
            if not settings.elasticsearch_ca_file.is_file():
                raise NotConfigured(
                    variable_of("elasticsearch_ca_file"),
                    f"Berkas otoritas sertifikat {settings.elasticsearch_ca_file} tidak ada.",
                    hint=f"Periksa {variable_of('elasticsearch_ca_file')}.",
                )
            if all(host.startswith("https://") for host in hosts):
                options["ca_certs"] = str(settings.elasticsearch_ca_file)
        try:
            client = Elasticsearch(hosts, request_timeout=TIMEOUT, max_retries=0, serializers=SERIALIZERS, **options)
        except ValueError as error:
            raise NotConfigured(
                variable_of("elasticsearch_url"),
                "Alamat Elasticsearch harus menyebut skema, host, dan porta.",
                hint=f"Contoh: {variable_of('elasticsearch_url')}=https://es.kota.go.id:9200.",
            ) from error
        return cls(client, waits=waits, long_waits=long_waits, pause=pause)

    def ask(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | bytes | None = None,
        *,
        params: Mapping[str, Any] | None = None,
        accept: tuple[int, ...] = (),
    ) -> dict[str, Any]:
        """The server's JSON answer; bytes as ``body`` are sent as newline-delimited JSON.

        Error statuses listed in ``accept`` are answers too: their body comes back with "status" in it. Raises Retry
        after the last attempt at a server that is away or busy, NotConfigured where it refuses us, BadQuery where the
        question is too large for it.
        """
        from elasticsearch import ApiError, ConnectionTimeout, SSLError, UnsupportedProductError
        from elasticsearch import ConnectionError as Away

        if path.endswith("/_search"):
            params = {**WHOLE, **(params or {})}
        headers = {"accept": "application/json"}
        if body is not None:
            headers["content-type"] = "application/x-ndjson" if isinstance(body, bytes) else "application/json"
        attempt = 0
        while True:
            try:
                answer = self._client.perform_request(method, path, params=params, headers=headers, body=body)
                return dict(answer.body) if isinstance(answer.body, dict) else {}
            except SSLError as error:
                raise NotConfigured(
                    variable_of("elasticsearch_ca_file"),
                    f"Sertifikat server Elasticsearch tidak dapat dipercaya: {error}.",
                    hint=f"Isi {variable_of('elasticsearch_ca_file')} dengan berkas otoritas sertifikat server itu.",
                ) from error
            except UnsupportedProductError as error:
                raise NotConfigured(
                    variable_of("elasticsearch_url"),
                    "Yang menjawab di alamat itu bukan Elasticsearch 8 atau 9.",
                    hint=f"Periksa {variable_of('elasticsearch_url')}.",
                ) from error
            except ConnectionTimeout as error:
                # Not asked again here: whoever is overloaded is not helped by the same question.
                raise Retry(
                    f"Server Elasticsearch tidak selesai menjawab dalam {TIMEOUT:.0f} detik.",
                    hint="Coba lagi nanti, atau persempit pertanyaannya.",
                ) from error
            except Away as error:
                if not self.pause(attempt, "tidak menjawab"):
                    raise Retry(
                        "Server Elasticsearch tidak menjawab.",
                        hint=f"Periksa apakah server hidup dan {variable_of('elasticsearch_url')} benar, lalu ulangi.",
                    ) from error
            except ApiError as error:
                if error.status_code in accept:
                    said = error.body if isinstance(error.body, dict) else {}
                    return {**said, "status": error.status_code}
                if error.status_code not in BUSY:
                    raise explain(error) from error
                if not self.pause(attempt, f"menjawab {error.status_code}"):
                    raise Retry(
                        f"Server Elasticsearch sedang sibuk (menjawab {error.status_code}).",
                        hint="Coba lagi sebentar lagi.",
                    ) from error
            attempt += 1

    def pause(self, attempt: int, trouble: str) -> bool:
        """Wait before attempt number ``attempt`` (from 0) is repeated; False when attempts are used up."""
        if attempt >= len(self._waits):
            return False
        wait = self._waits[attempt] * random.uniform(1 - JITTER, 1 + JITTER)
        if attempt >= len(WAITS):
            log.warning("Elasticsearch %s; dicoba lagi dalam %.0f detik.", trouble, wait)
        self._pause(wait)
        return True

    def sleep(self, seconds: float) -> None:
        """Wait for something on the server that takes its time."""
        self._pause(seconds)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


def explain(error: ApiError) -> Exception:
    """The server's refusal as one of our exceptions; the refusal itself where it means a fault of ours."""
    said = str(error.body)
    if error.status_code == 401:
        return NotConfigured(
            variable_of("elasticsearch_password"),
            "Server Elasticsearch menolak nama pengguna, kata sandi, atau kunci API.",
            hint=f"Periksa {variable_of('elasticsearch_user')}, {variable_of('elasticsearch_password')}, atau "
            f"{variable_of('elasticsearch_api_key')}.",
        )
    if "cluster_block_exception" in said:
        return blocked(error.status_code)
    if error.status_code == 403:
        return NotConfigured(
            variable_of("elasticsearch_user"),
            "Pengguna Elasticsearch ini tidak berhak melakukan yang diminta.",
            hint="Beri hak 'manage', 'read', dan 'write' pada indeks Kentongan.",
        )
    if "index_not_found_exception" in said:
        return index_gone()
    if "search_context_missing_exception" in said:
        return Retry("Pembacaan terputus: server Elasticsearch melupakan titik bacanya.", hint="Ulangi dari awal.")
    if any(name in said for name in TOO_WIDE):
        return BadQuery("Kueri ini terlalu luas untuk server Elasticsearch.", hint="Persempit kata atau rentangnya.")
    return error


def blocked(status: int) -> Retry:
    """What to raise where the server takes no writes for now: 403 where somebody closed the index, 429 where the server
    did so itself."""
    if status == 403:
        return Retry(
            "Indeks Elasticsearch ditutup untuk penulisan.",
            hint="Jika penyusunan ulang indeks terputus, jalankan lagi: kentongan store rebuild.",
        )
    return Retry(
        "Indeks Elasticsearch sedang terkunci untuk penulisan, biasanya karena cakram server hampir penuh.",
        hint="Lapangkan cakram server, lalu ulangi.",
    )


def index_gone() -> NotConfigured:
    """What to raise where the index was there when the store was opened."""
    return NotConfigured(
        variable_of("elasticsearch_index"),
        "Indeks Kentongan tidak ada lagi di server Elasticsearch.",
        hint="Pulihkan dari cadangan, atau jalankan ulang: membuka penyimpanan membuat indeks kosong.",
    )
