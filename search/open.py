"""Opens the store the settings name: the embedded one, or Elasticsearch where an address is given."""

from __future__ import annotations

from kentongan.settings import Settings
from search.store import Store


def open_store(settings: Settings, *, outdated: bool = False) -> Store:
    """The store of this installation, ready for use.

    ``outdated``: one whose index an older version of the program made will do, for ``rebuild`` and nothing else.
    Raises NotConfigured where the client library is missing or the index is of another version, Retry where the server
    does not answer.
    """
    from search.aliases import AliasFile

    aliases = AliasFile(settings.aliases_path)
    if settings.elasticsearch_url:
        from search.elastic import ElasticStore

        return ElasticStore.connect(settings, aliases=aliases, outdated=outdated)
    from search.embedded import EmbeddedStore

    return EmbeddedStore(settings.store_dir, aliases=aliases)
