"""What complaints are about: the categories an installation sorts them into, and which field of work has each.

The table of other systems' category names (``CATEGORY_OF``) was written by hand from the names that SP4N-LAPOR! and
provincial complaint sites print beside a report; no text of a report is behind it.
"""

from __future__ import annotations

from typing import Final

from kentongan.agency_fields import FIELDS

CATEGORIES: Final[dict[str, str]] = {
    "jalan": "Jalan dan jembatan",
    "drainase": "Drainase, sungai, dan banjir",
    "penerangan-jalan": "Penerangan jalan umum",
    "lalu-lintas": "Lalu lintas, angkutan, dan parkir",
    "lingkungan": "Sampah dan pencemaran",
    "perumahan": "Perumahan, permukiman, dan pertanahan",
    "bantuan-sosial": "Bantuan dan layanan sosial",
    "kesehatan": "Kesehatan",
    "pendidikan": "Pendidikan",
    "kependudukan": "Administrasi kependudukan",
    "ketenagakerjaan": "Ketenagakerjaan",
    "harga-pasar": "Harga, pasar, dan perlindungan konsumen",
    "usaha": "Usaha kecil, koperasi, izin usaha, dan pariwisata",
    "pertanian": "Pertanian, peternakan, dan perikanan",
    "ketertiban": "Ketenteraman dan ketertiban umum",
    "bencana": "Bencana dan kebakaran",
    "informasi": "Layanan daring dan layanan pengaduan",
    "kepegawaian": "Pegawai, pungutan liar, dan korupsi",
    "desa": "Desa dan kelurahan",
    "keuangan": "Pajak, anggaran, dan aset daerah",
    "air-bersih": "Air bersih",
    "listrik": "Listrik dan gas",
}
"""Code: its name as a person reads it. A complaint that fits none has no category."""

FIELD_OF: Final[dict[str, str]] = {
    "jalan": "pekerjaan-umum",
    "drainase": "pekerjaan-umum",
    "penerangan-jalan": "perhubungan",
    "lalu-lintas": "perhubungan",
    "lingkungan": "lingkungan",
    "perumahan": "perumahan",
    "bantuan-sosial": "sosial",
    "kesehatan": "kesehatan",
    "pendidikan": "pendidikan",
    "kependudukan": "kependudukan",
    "ketenagakerjaan": "ketenagakerjaan",
    "harga-pasar": "ekonomi",
    "usaha": "ekonomi",
    "pertanian": "pertanian",
    "ketertiban": "ketertiban",
    "bencana": "bencana",
    "informasi": "informasi",
    "kepegawaian": "kepegawaian",
    "desa": "desa",
    "keuangan": "keuangan",
    "air-bersih": "energi-air",
    "listrik": "energi-air",
}
"""Category: the field (``kentongan.agency_fields.FIELDS``) that usually answers it."""

NAMES_OF: Final[dict[str, tuple[str, ...]]] = {
    "jalan": (
        "jalan rusak",
        "jalan berlubang",
        "infrastruktur jalan",
        "lainnya terkait infrastruktur jalan",
        "jembatan",
        "trotoar",
    ),
    "drainase": (
        "drainase",
        "drainase (gorong-gorong/parit)",
        "banjir",
        "banjir dan drainase",
        "sungai",
        "irigasi",
    ),
    "penerangan-jalan": ("penerangan jalan", "penerangan jalan umum", "lampu jalan", "pju"),
    "lalu-lintas": (
        "perhubungan",
        "lainnya terkait perhubungan",
        "transportasi darat",
        "transportasi laut",
        "parkir",
        "lalu lintas",
        "angkutan umum",
    ),
    "lingkungan": (
        "sampah",
        "kebersihan",
        "lingkungan",
        "lingkungan hidup",
        "pencemaran lingkungan",
        "lainnya terkait lingkungan hidup dan kehutanan",
        "perlindungan satwa",
    ),
    "perumahan": (
        "permukiman",
        "perumahan",
        "perlindungan konsumen terkait perumahan",
        "perumahan bersubsidi dan rumah susun",
        "pertanahan",
        "sengketa tanah",
        "sertifikat tanah",
        "lainnya terkait pertanahan",
    ),
    "bantuan-sosial": (
        "bantuan sosial",
        "sosial",
        "lainnya terkait bantuan sosial",
        "lainnya terkait sosial dan kesejahteraan",
        "bantuan pangan non tunan (bpnt)",
        "bantuan pangan non tunai (bpnt)",
        "bantuan sosial tunai (bst)",
        "bansos daerah",
        "bansos daerah (pemprov, kab/kota)",
        "bansos digital 2021",
        "bansos pkh",
        "besaran bansos daerah covid",
        "keluhan bansosd aerah covid",
        "keluhan pkh",
        "pkh program keluarga harapan",
        "kks pkh",
        "kartu keluarga sejahtera (kks)",
        "data terpadu kesejahteraan sosial (dtks)",
        "perlindungan sosial",
        "umum (semua jps covid atau skema bansos yang lain)",
        "eksploitasi anak",
        "kekerasan seksual",
        "kesetaraan gender dan sosial inklusif",
    ),
    "kesehatan": (
        "kesehatan",
        "pelayanan kesehatan",
        "fasilitas kesehatan",
        "fasilitas kesehatan kurang memahami program promotif preventif",
        "lainnya terkait kesehatan",
        "lainnya terkait pelayanan kesehatan",
        "lainnya terkait jaminan sosial kesehatan",
        "kartu indoneisa sehat (kis)",
        "kartu indonesia sehat (kis)",
        "kepesertaan",
        "pelayanan gawat darurat",
        "pelayanan kesehatan ibu dan anak",
        "pelayanan kesehatan lain yang terdampak akibat covid-19",
        "pelayanan vaksinasi / imunisasi",
        "pemeriksaan pcr atau swab",
        "perizinan dan pengawasan layanan kesehatan",
        "permohonan logistik kesehatan",
        "pengaduan hotline/call center 117",
        "pengaduan media covid-19",
        "biaya perawatan pasien covid-19",
        "tenaga kesehatan atau instansi kesehatan",
        "tenaga medis/ str",
        "ventilator",
    ),
    "pendidikan": (
        "pendidikan",
        "pendidikan dasar dan menengah",
        "lainnya terkait pendidikan dasar dan menengah",
        "lainnya terkait pendidikan dan kebudayaan",
        "lainnya terkait pendidik dan tenaga kependidikan",
        "paud dan pendidikan informal",
        "penerimaan siswa baru",
        "belajar dari rumah",
        "program sekolah penggerak",
        "guru dan tenaga kependidikan (gtk)",
        "kartu indonesia pintar/kip",
        "yayasan",
    ),
    "kependudukan": (
        "kependudukan",
        "administrasi kependudukan",
        "administrasi kependudukan dan pencatatan sipil",
        "lainnya terkait administrasi kependudukan dan pencatatan sipil",
        "lainnya terkait kependudukan",
        "ktp (kartu tanda penduduk)",
        "kartu keluarga",
        "akta kelahiran",
        "aplikasi kependudukan",
        "pindah domisili",
        "kartu identitas anak",
        "pernikahan",
    ),
    "ketenagakerjaan": (
        "ketenagakerjaan",
        "hak pekerja",
        "gaji pekerja",
        "keselamatan pekerja",
        "lainnya terkait hak pekerja",
        "lainnya terkait ketenagakerjaan",
        "lainnya terkait jaminan sosial ketenagakerjaan",
        "jaminan sosial ketenagakerjaan",
        "bpjs-tk mobile",
        "kartu prakerja",
        "keluhan pra kerja",
        "rekrutmen tenagakerja",
        "bekerja dari rumah (wfh)",
    ),
    "harga-pasar": (
        "harga pangan",
        "pangan",
        "pasar",
        "perdagangan",
        "lainnya terkait perdagangan",
        "perlindungan konsumen",
        "perlindungan konsumen terkait jasa pariwisata",
    ),
    "usaha": (
        "koperasi, usaha kecil, dan menengah",
        "umkm",
        "pemulihan ekonomi nasional",
        "penanaman modal/ investasi",
        "perizinan usaha",
        "pariwisata",
    ),
    "pertanian": ("pertanian", "pertanian dan peternakan", "lainnya terkait pertanian dan peternakan", "perikanan"),
    "ketertiban": (
        "ketertiban",
        "ketertiban umum",
        "keresahan masyarakat",
        "kriminalitas",
        "lainnya terkait ketenteraman, ketertiban umum, dan pelindungan masyarakat",
        "jaga jarak aman (social distancing)",
        "pelanggaran social distancing",
        "social distancing",
        "karantina wilayah",
        "aspirasi karantina wilayah",
    ),
    "bencana": (
        "bencana",
        "kebakaran",
        "pemadaman kebakaran",
        "penanggulangan bencana",
        "lainnya terkait penanggulangan bencana",
    ),
    "informasi": (
        "pengembangan sp4n-lapor!",
        "kritik dan saran untuk sp4n-lapor!",
        "layanan online/aplikasi pemerintah",
        "informasi terkait aplikasi pemerintah",
        "lainnya terkait teknologi informasi dan komunikasi",
        "jaringan internet",
        "blokir website",
        "blokir nomor telepon",
        "perjudian online",
    ),
    "kepegawaian": (
        "kepegawaian",
        "lainnya terkait kepegawaian",
        "netralitas asn",
        "politisasi asn",
        "pelanggaran mudik asn",
        "sk kepegawaian",
        "pungutan liar",
        "korupsi, kolusi, dan nepotisme",
        "lainnya terkait korupsi, kolusi, dan nepotisme",
        "penyalahgunaan wewenang",
        "pemanfaatan jabatan untuk kepentingan politik",
        "pelayanan lambat",
        "alur pelayanan tidak jelas",
        "saberpungli",
    ),
    "desa": (
        "desa",
        "pemerintahan desa",
        "alokasi dana desa",
        "penyalahgunaan dana desa",
        "bantuan langsung tunai dana desa (blt dd)",
        "pemberdayaan masyarakat",
        "lainnya terkait pembangunan desa dan daerah tertinggal",
        "lainnya terkait pembangunan desa, daerah tertinggal, dan transmigrasi",
        "lainnya terkait administrasi kewilayahan",
    ),
    "keuangan": (
        "pajak",
        "pajak daerah",
        "pajak perorangan",
        "lainnya terkait pajak",
        "anggaran dan perbendaharaan",
        "pengadaan barang/jasa",
        "lainnya terkait ekonomi dan keuangan",
        "keuangan dan aset",
    ),
    "air-bersih": ("air bersih", "layanan air minum", "gangguan layanan penyaluran air"),
    "listrik": (
        "listrik",
        "layanan kelistrikan",
        "sarana/prasarana kelistrikan",
        "lainnya terkait listrik",
        "lainnya terkait energi dan sumber daya alam",
    ),
}
"""Category: the names other systems give it, lower-cased."""

UNTOLD: Final[frozenset[str]] = frozenset(
    {
        "topik lainnya",
        "lainnya",
        "tidak diketahui",
        "lainnya terkait pekerjaan umum dan penataan ruang",
        "infrastruktur pendukung",
        "lainnya terkait infrastruktur pendukung",
        "sp4n-lapor!",
        "agama",
        "lainnya terkait agama",
        "penyediaan fasilitas ibadah",
        "hukum",
        "lainnya terkait hukum",
        "kepolisian",
        "kompensasi lainnya",
        "provokasi atas peserta pemilu tertentu",
        "pencegahan dan pemberantasan penyalahgunaan dan peredaran gelap narkotika dan prekursor narkotika (p4gn)",
        "pelayanan dan ketertiban",
    }
)
"""Names that say nothing of the category, or are no region's to answer."""


def find_category(name: str | None) -> str | None:
    """The category that another system's name, one of ours, or a code stands for; None where it says none.

    Case and blanks are ignored. A name that is in no table also gives None: ``is_known_name`` tells the two apart.
    """
    return CATEGORY_OF.get(fold_name(name)) if name is not None else None


def is_known_name(name: str) -> bool:
    """Whether the tables know a category's name, be it as one that says nothing."""
    return fold_name(name) in CATEGORY_OF or fold_name(name) in UNTOLD


def fold_name(name: str) -> str:
    """A category's name as the tables spell it."""
    return " ".join(name.lower().split())


def gather_names() -> dict[str, str]:
    """Every name and code, folded, with its category. Raises ValueError where two categories claim one name."""
    found: dict[str, str] = {}
    for code, names in NAMES_OF.items():
        for name in {fold_name(code), fold_name(CATEGORIES[code]), *names}:
            if found.setdefault(name, code) != code or name in UNTOLD or FIELD_OF[code] not in FIELDS:
                raise ValueError(f"the category name {name!r} is declared twice")
    return found


CATEGORY_OF: Final[dict[str, str]] = gather_names()
"""Folded name or code: category."""
