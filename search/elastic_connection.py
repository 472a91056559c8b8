"""Talks to one Elasticsearch: opens the client from the settings, waits out short trouble, explains lasting trouble."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from kentongan.errors import BadQuery, NotConfigured, Retry
from kentongan.settings import Settings, variable_of

if TYPE_CHECKING:
    from elasticsearch import ApiError, Elasticsearch

WAITS = (0.25, 0.5, 1.0, 2.0, 4.0)
"""Pauses in seconds between the attempts of one request: a node that restarts behind another, or a full queue, is
over within them; anything longer is told to the caller as Retry."""

BUSY = frozenset({429, 502, 503, 504})
"""Answers that mean "not now": queue full or memory short, gateway, no primary yet, timed out."""

TIMEOUT = 60.0
"""Seconds one request may take."""

TOO_WIDE = ("too_many_clauses", "too_many_nested_clauses", "too_many_buckets", "too_complex", "too many terms")
"""The server's names for a question larger than it will take."""


class Server:
    """An Elasticsearch, one node or several, reached with the settings' address and credentials.

    ``ask`` is the one way through which every request goes. It may be called from any thread.
    """

    def __init__(
        self, client: Elasticsearch, *, waits: tuple[float, ...] = WAITS, pause: Callable[[float], None] = time.sleep
    ) -> None:
        self._client = client
        self._waits = waits
        self._pause = pause

    @classmethod
    def open(cls, settings: Settings, *, waits: tuple[float, ...] = WAITS) -> Server:
        """A client for ``settings.elasticsearch_url`` (several addresses of one cluster are separated by commas).

        Sends nothing yet. Raises NotConfigured where the client library is missing or the settings do not fit.
        """
        try:
            from elasticsearch import Elasticsearch
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
            client = Elasticsearch(hosts, request_timeout=TIMEOUT, max_retries=0, **options)
        except ValueError as error:
            raise NotConfigured(
                variable_of("elasticsearch_url"),
                "Alamat Elasticsearch harus menyebut skema, host, dan porta.",
                hint=f"Contoh: {variable_of('elasticsearch_url')}=https://es.kota.go.id:9200.",
            ) from error
        return cls(client, waits=waits)

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

        headers = {"accept": "application/json"}
        if body is not None:
            headers["content-type"] = "application/x-ndjson" if isinstance(body, bytes) else "application/json"
        for wait in (*self._waits, None):
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
                if wait is None:
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
                if wait is None:
                    raise Retry(
                        f"Server Elasticsearch sedang sibuk (menjawab {error.status_code}).",
                        hint="Coba lagi sebentar lagi.",
                    ) from error
            self._pause(wait)
        raise AssertionError("the last attempt returns or raises")

    def pause(self, attempt: int) -> bool:
        """Wait before attempt number ``attempt`` (from 0) is repeated; False when attempts are used up."""
        if attempt >= len(self._waits):
            return False
        self._pause(self._waits[attempt])
        return True

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
        return blocked()
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


def blocked() -> Retry:
    """What to raise where the server takes no writes for now."""
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
