"""Pictures lose what a phone wrote into them, and nothing else."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from crawlers.picture_metadata import strip_metadata

SECRET = "Jalan Rahasia 7, Randu"
GPS, ORIENTATION, CAMERA = 0x8825, 0x0112, 0x010F


def picture(kind: str, *, turned: int = 6) -> bytes:
    """A picture of two colours with a place, a camera and a comment in it."""
    image = Image.new("RGB", (16, 8), (200, 30, 30))
    image.paste((20, 90, 160), (8, 0, 16, 8))
    exif = Image.Exif()
    exif[CAMERA], exif[ORIENTATION] = SECRET, turned
    exif.get_ifd(GPS)[2] = (7.0, 15.0, 30.0)
    out, notes = io.BytesIO(), PngInfo()
    notes.add_text("Comment", SECRET)
    more = {"pnginfo": notes} if kind == "PNG" else {"xmp": SECRET.encode()} if kind == "WEBP" else {"comment": SECRET}
    image.save(out, kind, exif=exif, **more)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_place_camera_and_comments_go_and_the_picture_stays(kind: str) -> None:
    before = picture(kind)
    after = strip_metadata(before)
    assert SECRET.encode() in before and SECRET.encode() not in after
    read, original = Image.open(io.BytesIO(after)), Image.open(io.BytesIO(before))
    assert read.tobytes() == original.tobytes()
    assert not read.getexif().get_ifd(GPS) and CAMERA not in read.getexif()
    assert strip_metadata(after) == after


@pytest.mark.parametrize("turned", [3, 6, 8])
def test_a_photograph_keeps_the_way_it_is_turned(turned: int) -> None:
    read = Image.open(io.BytesIO(strip_metadata(picture("JPEG", turned=turned))))
    assert dict(read.getexif()) == {ORIENTATION: turned}


@given(st.sampled_from(["JPEG", "PNG", "WEBP"]), st.data())
def test_a_broken_picture_is_neither_refused_nor_made_longer(kind: str, data: st.DataObject) -> None:
    whole = picture(kind)
    cut = whole[: data.draw(st.integers(12, len(whole)))]
    place = data.draw(st.integers(12, len(cut)))
    broken = cut[:place] + data.draw(st.binary(max_size=8)) + cut[place:]
    assert len(strip_metadata(broken)) <= len(broken) + 36
