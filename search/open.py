"""Opens the store the settings name: the embedded one, or Elasticsearch where an address is given."""

from __future__ import annotations

from kentongan.settings import Settings
from search.store import Store


def open_store(settings: Settings) -> Store:
    """The store of this installation, ready for use. Raises NotConfigured where the client library is missing and
    Retry where the server does not answer."""
    if settings.elasticsearch_url:
        from search.elastic import ElasticStore

        return ElasticStore.connect(settings)
    from search.embedded import EmbeddedStore

    return EmbeddedStore(settings.store_dir)
