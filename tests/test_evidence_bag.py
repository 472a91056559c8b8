"""A bag's zip gives back what went in, with the digests that its manifests name, and takes no path that leads out."""

from __future__ import annotations

import zipfile
from hashlib import sha256, sha512
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from evidence.objects import Objects
from evidence.package.bag import Bag, encode_path
from evidence.records import ObjectRef
from kentongan.errors import KentonganError


@examples(max_examples=15, deadline=None)
@given(st.dictionaries(st.sampled_from(["a", "b/c", "b/d", "e.txt", "50%"]), st.binary(max_size=300), min_size=1))
def test_whatever_goes_into_a_bag_comes_out_of_its_zip(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes]
) -> None:
    folder = tmp_path_factory.mktemp("tas")
    objects = Objects(folder / "objects")
    (folder / "isi").mkdir()
    bag = Bag(folder / "isi", objects=objects)
    for number, (name, data) in enumerate(files.items()):
        if number % 2:
            bag.add_object(f"data/{name}", objects.put(data))
        else:
            bag.add(f"data/{name}", data)
    bag.write_manifests()
    written: list[int] = []
    digest = bag.write_zip(folder / "tas.zip", top="TAS", progress=lambda done, total: written.append(done))
    assert digest == sha256((folder / "tas.zip").read_bytes()).hexdigest()
    with zipfile.ZipFile(folder / "tas.zip") as archive:
        for name, data in files.items():
            assert archive.read(f"TAS/data/{name}") == data
        lines = archive.read("TAS/manifest-sha512.txt").decode()
    wanted = sorted((name, data) for name, data in files.items())
    assert lines == "".join(f"{sha512(data).hexdigest()}  data/{encode_path(name)}\n" for name, data in wanted)
    assert bag.oxum() == f"{sum(map(len, files.values()))}.{len(files)}"


def test_a_bag_takes_no_path_that_leads_out_of_it_or_stands_twice(tmp_path: Path) -> None:
    bag = Bag(tmp_path, objects=Objects(tmp_path / "objects"))
    bag.add("data/a", b"1")
    for path in ("../a", "data/../../a", "/etc/a", "data//a", "data/a", "data/é"):
        with pytest.raises(ValueError, match="path"):
            bag.add(path, b"2")
    with pytest.raises(KentonganError, match="0" * 64):
        bag.add_object("data/b", ObjectRef(sha256="0" * 64, size=1))
