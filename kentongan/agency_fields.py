"""What agencies are responsible for: the fields that complaints are suggested to, the same in every region.

A suggestion names a field; which agency has it is the installation's own table (``casework.agencies``).
"""

from __future__ import annotations

FIELDS: dict[str, str] = {
    "pekerjaan-umum": "jalan, jembatan, drainase, tata ruang",
    "perumahan": "perumahan, permukiman, pertanahan",
    "lingkungan": "sampah, pencemaran, lingkungan hidup",
    "perhubungan": "angkutan, lalu lintas, parkir, lampu jalan",
    "sosial": "bantuan sosial",
    "kesehatan": "layanan kesehatan",
    "pendidikan": "sekolah",
    "kependudukan": "KTP, KK, akta",
    "ketenagakerjaan": "tenaga kerja",
    "ekonomi": "perdagangan, harga, pasar, usaha kecil, pariwisata",
    "pertanian": "pertanian, perikanan, peternakan",
    "ketertiban": "ketertiban umum, pelindungan masyarakat",
    "bencana": "bencana dan kedaruratan",
    "informasi": "komunikasi, informatika, layanan pengaduan",
    "kepegawaian": "pegawai dan pelayanan publik",
    "desa": "desa dan kelurahan",
    "keuangan": "pajak daerah, keuangan, aset",
    "energi-air": "listrik, air bersih, gas",
}
"""Field: what it covers, as a person reads it."""

WORDS_OF: dict[str, tuple[str, ...]] = {
    "pekerjaan-umum": ("pekerjaan umum", "bina marga", "tata ruang", "sumber daya air"),
    "perumahan": ("perumahan", "permukiman", "pertanahan"),
    "lingkungan": ("lingkungan hidup", "kebersihan", "kehutanan"),
    "perhubungan": ("perhubungan",),
    "sosial": ("dinas sosial", "perlindungan anak", "pemberdayaan perempuan"),
    "kesehatan": ("kesehatan", "rumah sakit", "puskesmas", "rsud"),
    "pendidikan": ("pendidikan", "pemuda dan olah"),
    "kependudukan": ("kependudukan",),
    "ketenagakerjaan": ("tenaga kerja", "ketenagakerjaan"),
    "ekonomi": ("perdagangan", "koperasi", "usaha kecil", "pariwisata", "penanaman modal", "perindustrian"),
    "pertanian": ("pertanian", "peternakan", "perikanan", "pangan"),
    "ketertiban": ("pamong praja", "satpol pp"),
    "bencana": ("penanggulangan bencana", "pemadam kebakaran", "bpbd"),
    "informasi": ("komunikasi dan informatika", "diskominfo"),
    "kepegawaian": ("kepegawaian", "inspektorat"),
    "desa": ("masyarakat dan desa", "pemerintahan desa"),
    "keuangan": ("pendapatan daerah", "keuangan", "aset daerah"),
    "energi-air": ("air minum", "energi dan sumber daya mineral"),
}
"""Field: words in an agency's name that tell it, in the order tried. Written from names of regional offices."""


def guess_field(agency: str) -> str | None:
    """The field that an agency's name tells; None for a district office, a secretariat or a name that tells none."""
    name = " ".join(agency.lower().split())
    for field, words in WORDS_OF.items():
        if any(word in name for word in words):
            return field
    return None
