"""Words by which anybody would tell a complaint's category: what the model starts from, and the baseline beside it.

Written by hand from what the categories mean. A word is found at the beginning of a word of the text; one that ends in
a blank is found whole.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import chain
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

KEYWORDS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "jalan": ("jalan rusak", "berlubang", "lubang", "aspal", "jembatan", "perbaikan jalan", "pengaspalan",
                  "jalan hancur", "jalan jelek", "trotoar", "betonisasi", "ruas jalan"),
        "drainase": ("banjir", "drainase", "gorong", "selokan", "parit", "sungai", "irigasi", "saluran air",
                     "genangan", "tanggul"),
        "penerangan-jalan": ("lampu jalan", "penerangan", "pju ", "lampu", "gelap"),
        "lalu-lintas": ("macet", "kemacetan", "parkir", "angkot", "lalu lintas", "lalin ", "trayek", "rambu", "truk",
                        "terminal", "traffic light", "lampu merah", "angkutan"),
        "lingkungan": ("sampah", "limbah", "polusi", "pencemaran", "bau ", "asap", "tercemar", "pabrik", "tps "),
        "perumahan": ("perumahan", "developer", "pengembang", "sertifikat", "tanah", "fasum", "rumah subsidi",
                      "permukiman", "rutilahu", "bpn "),
        "bantuan-sosial": ("bansos", "bantuan", "pkh ", "bpnt ", "bst ", "dtks ", "sembako", "kks ", "dinas sosial",
                           "penerima manfaat"),
        "kesehatan": ("puskesmas", "rumah sakit", "vaksin", "bpjs ", "obat", "dokter", "pasien", "kis ", "rsud ",
                      "kesehatan", "perawat", "bidan"),
        "pendidikan": ("sekolah", "guru", "siswa", "ppdb ", "ijazah", "murid", "sdn ", "smp ", "smpn ", "zonasi",
                       "paud ", "kepala sekolah"),
        "kependudukan": ("ktp ", "kartu keluarga", "kk ", "akta", "disdukcapil", "dukcapil", "nik ", "ektp ",
                         "e-ktp ", "domisili", "kependudukan", "capil"),
        "ketenagakerjaan": ("gaji", "upah", "karyawan", "perusahaan", "pekerja", "prakerja", "lowongan", "pesangon",
                            "buruh", "umk ", "lembur", "thr ", "disnaker"),
        "harga-pasar": ("harga", "pasar", "pedagang", "konsumen", "minyak goreng", "kelangkaan", "penipuan",
                        "barang", "toko"),
        "usaha": ("umkm ", "koperasi", "izin usaha", "ijin usaha", "wisata", "modal usaha", "oss ", "perizinan"),
        "pertanian": ("petani", "pupuk", "sawah", "ternak", "pertanian", "panen", "ikan"),
        "ketertiban": ("berisik", "bising", "keributan", "mengganggu", "preman", "miras", "pkl ", "kerumunan",
                       "prokes ", "satpol", "knalpot", "resah", "meresahkan", "tetangga", "hajatan", "ketertiban"),
        "bencana": ("kebakaran", "longsor", "gempa", "bencana", "damkar", "pohon tumbang", "puting beliung"),
        "informasi": ("aplikasi", "website", "situs", "internet", "judi online", "wifi", "sinyal", "blokir", "akun",
                      "link", "slot "),
        "kepegawaian": ("pungli ", "pungutan liar", "korupsi", "pns ", "cpns ", "asn ", "pegawai", "oknum", "p3k ",
                        "pppk ", "honorer", "suap"),
        "desa": ("kepala desa", "dana desa", "perangkat desa", "kades ", "bumdes", "aparat desa", "pemerintah desa",
                 "kantor desa", "rw ", "kelurahan"),
        "keuangan": ("pajak", "pbb ", "anggaran", "npwp ", "sppt ", "bphtb ", "retribusi"),
        "air-bersih": ("pdam ", "air bersih", "air minum", "meteran air", "air tidak mengalir", "tirta"),
        "listrik": ("pln ", "listrik", "tiang listrik", "gas lpg", "tabung gas", "gas "),
    }
)  # fmt: skip
"""Category: its words."""
STRENGTH: Final = 0.5
"""What the first word of a category counts, beside a text's n-grams of length 1; chosen on the half-years of 2022."""
BETWEEN: Final = "\n"
"""Stands between two texts that are searched as one: no token holds it."""
REMEMBERED: Final = 1 << 16
"""Words of texts whose keywords are remembered."""

SPELT: Final = tuple((place, word) for place, words in enumerate(KEYWORDS.values()) for word in words)
"""Number of the category and keyword, each."""
SINGLE: Final = tuple((number, word) for number, (_, word) in enumerate(SPELT) if " " not in word.strip())
PHRASES: Final = tuple((number, word) for number, (_, word) in enumerate(SPELT) if " " in word.strip())


def count_keywords(batch: Sequence[Sequence[str]]) -> NDArray[np.float32]:
    """How many different keywords of each category stand in each text, given as words: texts by categories."""
    told = [set(chain.from_iterable(map(match_word, set(words)))) for words in batch]
    lines = [f" {' '.join(words)} " for words in batch]
    # One search through all texts for each phrase: many times as fast as one through each text.
    whole = BETWEEN.join(lines)
    ends = np.cumsum([len(line) + len(BETWEEN) for line in lines]).tolist()
    for number, phrase in PHRASES:
        at, place = whole.find(f" {phrase}"), 0
        while at >= 0:
            place = bisect_right(ends, at, place)
            told[place].add(number)
            at = whole.find(f" {phrase}", ends[place])
    found = np.zeros((len(batch), len(KEYWORDS)), dtype=np.float32)
    for place, numbers in enumerate(told):
        for number in numbers:
            found[place, SPELT[number][0]] += 1
    return found


@lru_cache(maxsize=REMEMBERED)
def match_word(word: str) -> tuple[int, ...]:
    """Numbers in ``SPELT`` of the keywords of one word that a word of a text begins with, or is."""
    return tuple(number for number, keyword in SINGLE if f"{word} ".startswith(keyword))


def weigh_keywords(counts: NDArray[np.float32]) -> NDArray[np.float32]:
    """Counts as features: ``STRENGTH`` times (1 + ln count), nothing for none."""
    return np.asarray(np.where(counts > 0, STRENGTH * (1 + np.log(np.maximum(counts, 1))), 0), dtype=np.float32)


def keywords_digest() -> str:
    """SHA-256 of the words and their strength: weights fit one list only."""
    spelt = "\n".join(f"{code}: {'|'.join(words)}" for code, words in KEYWORDS.items())
    return hashlib.sha256(f"{spelt}\n{STRENGTH}".encode()).hexdigest()
