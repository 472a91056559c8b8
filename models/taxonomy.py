"""Which civic topic a publisher's section, a complaint category or a collection of posts stands for: explicit tables.

A section that holds several topics is poor evidence. It is written here as the set of topics it may hold: such a row
is never a negative example of those, and becomes a positive one only where the words of its headline point at exactly
one of them (``hint_topics``). Sections that may hold anything are listed as left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from kentongan.schema import TOPICS

GOVERNMENT, LAW, ECONOMY, HEALTH, EDUCATION, ROADS, DISASTER, SOCIAL, CULTURE, TECHNOLOGY, OTHER = TOPICS
ANY = frozenset(TOPICS)

NEWS_SECTIONS: dict[str, frozenset[str]] = {
    "agama": frozenset({SOCIAL}),
    "daerah": ANY,
    "ekonomi": frozenset({ECONOMY}),
    "gaya_hidup": frozenset({OTHER, HEALTH, CULTURE}),
    "hiburan": frozenset({CULTURE}),
    "hukum_kriminal": frozenset({LAW}),
    "internasional": frozenset({GOVERNMENT, LAW, ECONOMY, DISASTER, ROADS, SOCIAL, OTHER}),
    "kesehatan": frozenset({HEALTH}),
    "nasional_politik_hukum": frozenset({GOVERNMENT, LAW}),
    "olahraga": frozenset({CULTURE}),
    "otomotif": frozenset({OTHER}),
    "pembangunan_lingkungan": frozenset({ROADS, DISASTER, GOVERNMENT, ECONOMY}),
    "pendidikan": frozenset({EDUCATION}),
    "politik_kebijakan": frozenset({GOVERNMENT}),
    "sains_teknologi": frozenset({TECHNOLOGY}),
    "sosial": ANY,
    "wisata": frozenset({CULTURE, OTHER}),
}
"""Sections of ``topic/news_2018_2026``. A command centre reads car reviews as other, gossip and films as culture."""

COMPLAINT_CATEGORIES: dict[str, frozenset[str]] = {
    "bencana": frozenset({DISASTER}),
    "ekonomi dan industri": frozenset({ECONOMY}),
    "energi": frozenset({ROADS, ECONOMY}),
    "forkominda": frozenset({LAW, GOVERNMENT, ROADS}),
    "infrastruktur": frozenset({ROADS}),
    "kategori lain-lain": ANY,
    "kepegawaian": frozenset({GOVERNMENT}),
    "kesehatan": frozenset({HEALTH}),
    "keuangan dan aset": frozenset({ECONOMY, GOVERNMENT}),
    "lingkungan": frozenset({DISASTER}),
    "pariwisata dan budaya": frozenset({CULTURE}),
    "pembangunan daerah": ANY,
    "pendidikan": frozenset({EDUCATION}),
    "permades dan kependudukan": frozenset({GOVERNMENT}),
    "pertanian": frozenset({ECONOMY}),
    "saberpungli": frozenset({LAW}),
    "sosial masyarakat": frozenset({SOCIAL, ECONOMY, LAW, GOVERNMENT}),
}
"""Categories of ``complaints/laporgub_jateng_tokens``. Civil registration and village affairs are government."""

SP4N_WORDS: tuple[tuple[str, str | None], ...] = (
    ("topik lainnya", None),
    ("sp4n-lapor", None),
    ("tidak diketahui", None),
    ("keresahan", None),
    ("bansos", SOCIAL),
    ("bantuan", SOCIAL),
    ("pkh", SOCIAL),
    ("kks", SOCIAL),
    ("kartu keluarga sejahtera", SOCIAL),
    ("kesejahteraan", SOCIAL),
    ("perlindungan sosial", SOCIAL),
    ("agama", SOCIAL),
    ("ibadah", SOCIAL),
    ("yayasan", SOCIAL),
    ("pernikahan", SOCIAL),
    ("jps covid", SOCIAL),
    ("gender", SOCIAL),
    ("covid", HEALTH),
    ("kesehatan", HEALTH),
    ("indoneisa sehat", HEALTH),
    ("vaksin", HEALTH),
    ("medis", HEALTH),
    ("pcr", HEALTH),
    ("ventilator", HEALTH),
    ("gawat darurat", HEALTH),
    ("social distancing", HEALTH),
    ("karantina", HEALTH),
    ("hotline", HEALTH),
    ("pendidik", EDUCATION),
    ("sekolah", EDUCATION),
    ("paud", EDUCATION),
    ("belajar", EDUCATION),
    ("siswa", EDUCATION),
    ("guru", EDUCATION),
    ("indonesia pintar", EDUCATION),
    ("lingkungan", DISASTER),
    ("bencana", DISASTER),
    ("banjir", DISASTER),
    ("kebakaran", DISASTER),
    ("satwa", DISASTER),
    ("infrastruktur", ROADS),
    ("jalan", ROADS),
    ("jembatan", ROADS),
    ("drainase", ROADS),
    ("perhubungan", ROADS),
    ("transportasi", ROADS),
    ("pekerjaan umum", ROADS),
    ("permukiman", ROADS),
    ("air", ROADS),
    ("listrik", ROADS),
    ("kelistrikan", ROADS),
    ("energi", ROADS),
    ("pertanian", ECONOMY),
    ("konsumen", ECONOMY),
    ("koperasi", ECONOMY),
    ("umkm", ECONOMY),
    ("pasar", ECONOMY),
    ("pangan", ECONOMY),
    ("perdagangan", ECONOMY),
    ("ekonomi", ECONOMY),
    ("investasi", ECONOMY),
    ("pajak", ECONOMY),
    ("pekerja", ECONOMY),
    ("tenagakerja", ECONOMY),
    ("ketenagakerjaan", ECONOMY),
    ("prakerja", ECONOMY),
    ("pra kerja", ECONOMY),
    ("ketertiban", LAW),
    ("hukum", LAW),
    ("korupsi", LAW),
    ("pungutan", LAW),
    ("kepolisian", LAW),
    ("perjudian", LAW),
    ("kriminalitas", LAW),
    ("narkotika", LAW),
    ("kekerasan", LAW),
    ("eksploitasi", LAW),
    ("sengketa", LAW),
    ("penyalahgunaan", LAW),
    ("blokir", TECHNOLOGY),
    ("internet", TECHNOLOGY),
    ("teknologi", TECHNOLOGY),
    ("aplikasi", TECHNOLOGY),
    ("kependudukan", GOVERNMENT),
    ("ktp", GOVERNMENT),
    ("kartu keluarga", GOVERNMENT),
    ("akta", GOVERNMENT),
    ("identitas", GOVERNMENT),
    ("domisili", GOVERNMENT),
    ("desa", GOVERNMENT),
    ("tanah", GOVERNMENT),
    ("pertanahan", GOVERNMENT),
    ("asn", GOVERNMENT),
    ("kepegawaian", GOVERNMENT),
    ("anggaran", GOVERNMENT),
    ("pemilu", GOVERNMENT),
    ("politik", GOVERNMENT),
    ("pelayanan lambat", GOVERNMENT),
    ("alur pelayanan", GOVERNMENT),
    ("kewilayahan", GOVERNMENT),
    ("pengadaan", GOVERNMENT),
    ("pemberdayaan", GOVERNMENT),
)
"""SP4N-LAPOR! categories by the first of these words that stands in the name; None where the name says nothing.
A category with none of them is left out too: the national list has hundreds, and new ones come."""

POSTS_ABOUT: dict[str, frozenset[str]] = {
    "dinkes_semarang_ig_2020_21": frozenset({HEALTH}),
    "ekonomi_prabowo_gibran": frozenset({ECONOMY}),
    "pilgub_jatim_2024": frozenset({GOVERNMENT}),
    "pilkada_dki_2017": frozenset({GOVERNMENT}),
    "pilpres_2019_debat_ekonomi": frozenset({GOVERNMENT, ECONOMY}),
    "ppn12_pajak_naik": frozenset({ECONOMY}),
    "ruu_cipta_kerja_2020": frozenset({GOVERNMENT, LAW, ECONOMY}),
    "smsa_train": frozenset({OTHER}),
    "vaccine_2021": frozenset({HEALTH}),
    "zonasi_sekolah": frozenset({EDUCATION}),
}
"""What the posts of a sentiment set are about, as a whole. Restaurant reviews (SmSA) are other."""

HINTS: dict[str, str] = {
    GOVERNMENT: "dpr dprd presiden wapres menteri kabinet partai pdip golkar gerindra nasdem pilkada pemilu pilpres "
    "pilgub cagub cawagub capres cawapres paslon kampanye bupati walikota gubernur pemkab pemkot pemprov "
    "caleg kpu bawaslu ruu legislatif ktp e-ktp disdukcapil asn pns",
    LAW: "polisi polres polda polsek tersangka ditangkap dibekuk ditahan pembunuhan dibunuh membunuh pencuri "
    "pencurian maling begal narkoba sabu pengedar korupsi kpk kejaksaan jaksa hakim vonis divonis penjara "
    "terdakwa penganiayaan pemerkosaan cabul pencabulan penipuan penipu perampokan perampok suap pungli "
    "hilang",
    ECONOMY: "harga umkm inflasi pasar ekspor impor investasi pajak ppn pbb ekonomi beras cabai pupuk elpiji lpg gas "
    "melon upah umr umk gaji phk saham rupiah sembako",
    HEALTH: "rsud puskesmas dokter dbd virus vaksin vaksinasi penyakit bpjs covid covid-19 stunting pasien imunisasi",
    EDUCATION: "sekolah siswa siswi guru kampus universitas mahasiswa ujian ppdb spmb zonasi smp sma smk sd ijazah pip",
    ROADS: "tol mrt lrt transjakarta kereta bandara pelabuhan jembatan macet kemacetan ganjil genap trotoar drainase "
    "listrik pln padam trafo pdam jalanan terminal lalu-lintas",
    DISASTER: "banjir gempa longsor kebakaran karhutla tsunami erupsi bmkg kekeringan sampah polusi limbah bpbd angin "
    "rob puting genangan tergenang terendam genang rendam tanggul pengungsi evakuasi mengungsi",
    SOCIAL: "bansos bpnt pkh dtks haji umrah masjid gereja pesantren ulama mui salat zakat panti disabilitas lansia",
    CULTURE: "festival budaya konser film museum persib persija timnas piala liga batik",
    TECHNOLOGY: "internet aplikasi android smartphone ponsel satelit wifi",
}
"""Words that point at one topic, for the rows of mixed sections. Chosen by hand, not from the data."""


@cache
def hint_table() -> dict[str, str]:
    """Word to topic."""
    return {word: topic for topic, words in HINTS.items() for word in words.split()}


def hint_topics(words: Iterable[str]) -> frozenset[str]:
    """The topics that the words point at."""
    table = hint_table()
    return frozenset(table[word] for word in words if word in table)


def doubt_roads(labels: frozenset[str], words: Iterable[str]) -> frozenset[str]:
    """A complaint about roads and drains that speaks of a flood may be either: it then says nothing against both."""
    return labels | {DISASTER} if labels == {ROADS} and DISASTER in hint_topics(words) else labels


def sp4n_topic(category: str) -> str | None:
    """The topic of an SP4N-LAPOR! category; None where its name says nothing or is not known."""
    name = category.lower()
    return next((topic for word, topic in SP4N_WORDS if re.search(rf"\b{re.escape(word)}", name)), None)
