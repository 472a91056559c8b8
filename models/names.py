"""Names of people, organisations and places in text, and which region a place is: a small spaCy pipeline.

Needs the [names] extra; nothing else does, and without it everything but this works. ``models.train_names`` writes the
weights: one safetensors file in half precision, with no word of any text it learned from.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from kentongan.errors import NotConfigured
from kentongan.places import Gazetteer, load_gazetteer, load_lists
from models.card import CARD_FILE, hash_files
from models.linear import BadModel
from models.names_data import KINDS, LOC, PER, VectorShape

log = logging.getLogger(__name__)

NAMES = Path(__file__).parent / "weights" / "names"
"""Folder of the shipped pipeline."""
CONFIG_FILE = "config.json"
WEIGHTS_FILE = "weights.safetensors"

MAX_CHARS = 20_000
"""A longer text is read up to here; long news articles have half of it."""
BATCH = 64
"""Texts that go through the network together."""

Kind = Literal["person", "organisation", "place"]
KIND_NAMES: dict[str, Kind] = {"PER": "person", "ORG": "organisation", "LOC": "place"}

SURROGATE = re.compile("[\ud800-\udfff]")
WORD_BEFORE = re.compile(r"(\w+)\.? $")


class NamesConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The shape of the network. Weights fit one shape only, so it is stored beside them."""

    kind: str = "names"
    name: str = "names"
    version: str = "1.0.0"
    vectors: VectorShape = VectorShape()
    width: int = 96
    depth: int = 4
    """Convolution layers: each sees one token further to either side."""
    rows: tuple[int, int, int, int] = (2000, 500, 1000, 500)
    """Rows of the hashed tables for a token's normal form, first letter, last three letters and shape."""
    hidden: int = 64


@dataclass(frozen=True, slots=True)
class Name:
    """One name found in a text."""

    text: str
    """As it stands there."""
    kind: Kind
    start: int
    """First character, from 0."""
    end: int
    """Character behind the last one."""
    region: str | None = None
    """Code of the region that a place is or lies in; None where that is not sure."""


def import_spacy() -> Any:
    """The spaCy library. Raises NotConfigured where the [names] extra is not installed."""
    try:
        import spacy
    except ImportError as error:
        raise NotConfigured(
            "names", "Pencari nama belum terpasang.", hint="Pasang dengan: pip install 'kentongan[names]'."
        ) from error
    return spacy


def build_pipeline(config: NamesConfig, vectors: NDArray[np.float32]) -> Any:
    """A spaCy ``Language`` with an untrained ``ner`` of this shape; ``vectors`` are rows by width.

    The weights are drawn from numpy's global state: set its seed first for the same ones again.
    """
    spacy = import_spacy()
    from spacy.training import Example
    from spacy.vectors import Vectors

    shape = config.vectors
    if vectors.shape != (shape.rows, shape.width):
        raise BadModel(f"Vektor kata berukuran {vectors.shape}, seharusnya {(shape.rows, shape.width)}.")
    nlp = spacy.blank("id")
    nlp.vocab.vectors = Vectors(
        strings=nlp.vocab.strings, data=vectors, mode="floret", minn=shape.shortest, maxn=shape.longest,
        hash_count=shape.hashes, hash_seed=2166136261, bow="<", eow=">", attr="LOWER", name="names",
    )  # fmt: skip
    ner = nlp.add_pipe("ner", config={"model": describe_network(config)})
    for kind in KINDS:
        ner.add_label(kind)
    # The network takes its sizes from a document; which one does not matter.
    sample = Example.from_dict(nlp.make_doc("Siti Jakarta"), {"entities": [(0, 4, PER), (5, 12, LOC)]})
    ner.initialize(lambda: [sample], nlp=nlp)
    return nlp


def describe_network(config: NamesConfig) -> dict[str, Any]:
    """The network as spaCy's configuration names it: hashed embeddings and floret vectors, convolutions, transitions
    (Honnibal 2016)."""
    embed = {
        "@architectures": "spacy.MultiHashEmbed.v2",
        "width": config.width,
        "attrs": ["NORM", "PREFIX", "SUFFIX", "SHAPE"],
        "rows": list(config.rows),
        "include_static_vectors": True,
    }
    encode = {
        "@architectures": "spacy.MaxoutWindowEncoder.v2",
        "width": config.width,
        "depth": config.depth,
        "window_size": 1,
        "maxout_pieces": 3,
    }
    return {
        "@architectures": "spacy.TransitionBasedParser.v2",
        "state_type": "ner",
        "extra_state_tokens": False,
        "hidden_width": config.hidden,
        "maxout_pieces": 2,
        "use_upper": True,
        "nO": None,
        "tok2vec": {"@architectures": "spacy.Tok2Vec.v2", "embed": embed, "encode": encode},
    }


def parameters(nlp: Any) -> Iterator[tuple[str, Any, str]]:
    """Key, node and name of every parameter of the network, in a fixed order."""
    for number, node in enumerate(nlp.get_pipe("ner").model.walk()):
        for name in node.param_names:
            if node.has_param(name):
                yield f"{number}.{name}", node, name


def save_pipeline(folder: Path, nlp: Any, config: NamesConfig) -> None:
    """Write ``config.json`` and the weights, in half precision."""
    from safetensors.numpy import save

    folder.mkdir(parents=True, exist_ok=True)
    weights = {key: np.asarray(node.get_param(name), dtype=np.float16) for key, node, name in parameters(nlp)}
    weights["vectors"] = np.asarray(nlp.vocab.vectors.data, dtype=np.float16)
    (folder / WEIGHTS_FILE).write_bytes(save({key: np.ascontiguousarray(value) for key, value in weights.items()}))
    (folder / CONFIG_FILE).write_bytes(msgspec.json.format(msgspec.json.encode(config), indent=1) + b"\n")


def load_pipeline(folder: Path) -> Any:
    """The spaCy ``Language`` that ``save_pipeline`` wrote. Raises BadModel where a file is missing, cut or unfit."""
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    again = "Pasang ulang model itu, atau latih lagi dengan python -m models.train_names."
    try:
        config = msgspec.json.decode((folder / CONFIG_FILE).read_bytes(), type=NamesConfig)
        weights = load_file(folder / WEIGHTS_FILE)
    except (OSError, msgspec.MsgspecError, SafetensorError) as error:
        raise BadModel(f"Model nama di {folder} tidak terbaca: {error}.", hint=again) from error
    nlp = build_pipeline(config, weights.pop("vectors", np.zeros((0, 0))).astype(np.float32))
    for key, node, name in parameters(nlp):
        value = weights.pop(key, None)
        if value is None or value.shape != node.get_param(name).shape:
            raise BadModel(f"Bobot {key} di {folder} tidak ada atau salah ukuran.", hint=again)
        if not np.isfinite(value).all():
            raise BadModel(f"Bobot {key} di {folder} berisi nilai yang bukan bilangan.", hint=again)
        node.set_param(name, value.astype(np.float32))
    if weights:
        raise BadModel(f"Bobot yang tidak dikenal di {folder}: {', '.join(sorted(weights))}.", hint=again)
    return nlp


def check_files(folder: Path) -> None:
    """Raise BadModel where a file of the pipeline is missing or differs from the hash on its card."""
    again = "Berkasnya terpotong atau diganti; pasang ulang, atau latih lagi agar kartunya ditulis ulang."
    try:
        hashes = msgspec.json.decode((folder / CARD_FILE).read_bytes(), type=CardHashes).sha256
        found = hash_files(folder, (CONFIG_FILE, WEIGHTS_FILE))
    except (OSError, msgspec.MsgspecError) as error:
        raise BadModel(f"Model nama di {folder} tidak terbaca: {error}.", hint=again) from error
    changed = [file for file, digest in found.items() if hashes.get(file) != digest]
    if changed:
        raise BadModel(f"Model nama tidak cocok dengan kartunya: {', '.join(changed)}.", hint=again)


class CardHashes(msgspec.Struct, frozen=True):
    """What of the card is needed to trust the files."""

    sha256: dict[str, str]


class Names:
    """Finds names. Not for several threads at once."""

    def __init__(self, nlp: Any, gazetteer: Gazetteer) -> None:
        self.nlp = nlp
        """The spaCy ``Language``, for those who want its documents."""
        self.gazetteer = gazetteer

    def find(self, texts: Sequence[str], *, within: str | None = None) -> list[list[Name]]:
        """The names in each text, in order, without overlap; an empty list where there are none.

        ``within`` is the code of the region the installation serves: it settles names that several regions bear. Of a
        text longer than ``MAX_CHARS`` the rest is not read.
        """
        # One character for one, so that places in the text stay what they are.
        readable = [SURROGATE.sub("\ufffd", text[:MAX_CHARS]) for text in texts]
        found = []
        with forget_words(self.nlp):
            for doc, text in zip(self.nlp.pipe(readable, batch_size=BATCH), texts, strict=True):
                names = [name for ent in doc.ents if (name := read_name(ent, text))]
                found.append(link_places(names, text, self.gazetteer, within=within))
        return found


@contextmanager
def forget_words(nlp: Any) -> Iterator[None]:
    """Free the words read inside, which spaCy would keep for ever."""
    with nlp.memory_zone():
        yield


def read_name(ent: Any, text: str) -> Name | None:
    """A spaCy entity as a name, without the signs around it; None for a link, a mention, or what has no letter."""
    if any(token.like_url or token.text.startswith("@") for token in ent):
        return None
    start, end = ent.start_char, ent.end_char
    while start < end and not text[start].isalnum():
        start += 1
    while end > start and not (text[end - 1].isalnum() or text[end - 1] in ".)"):
        end -= 1
    if not any(letter.isalpha() for letter in text[start:end]):
        return None
    return Name(text[start:end], KIND_NAMES[ent.label_], start, end)


def link_places(names: list[Name], text: str, gazetteer: Gazetteer, *, within: str | None) -> list[Name]:
    """The names with the regions of the places. What is sure of one place settles a name that several regions bear."""
    linked = [replace(name, region=find_region(name, text, gazetteer, within=within)) for name in names]
    around = {name.region for name in linked if name.region}
    for number, name in enumerate(linked):
        if name.kind == "place" and name.region is None:
            options = {find_region(name, text, gazetteer, within=code) for code in sorted(around)} - {None}
            if len(options) == 1:
                linked[number] = replace(name, region=options.pop())
    return linked


def find_region(name: Name, text: str, gazetteer: Gazetteer, *, within: str | None) -> str | None:
    """Code of the one region a place surely is or lies in, as the gazetteer reads the name and the word before it."""
    if name.kind != "place":
        return None
    lists = load_lists()
    before = WORD_BEFORE.search(text, 0, name.start)
    word = before[1] if before else ""
    # Where no word tells, "di" says what the network has already said: that this is a place.
    told = word if word.lower() in lists.cues or word.lower() in lists.before else "di"
    region = gazetteer.find(f"{told} {name.text}", within=within)
    return region.code if region else None


def load_names(folder: Path = NAMES, *, gazetteer: Gazetteer | None = None) -> Names:
    """The pipeline in a folder, checked against its card. Keep it: every call reads the weights again.

    Raises NotConfigured where the [names] extra is not installed, BadModel where a file is missing, cut short, or
    differs from the card.
    """
    import_spacy()
    check_files(folder)
    return Names(load_pipeline(folder), gazetteer if gazetteer is not None else load_gazetteer())
