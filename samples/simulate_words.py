"""Words every simulated text draws from: places without a district, times, sums, slang, emoji, reactions.

All written for this project. Villages, streets, handles and officials are invented; web addresses end in ``.example``.
"""

from __future__ import annotations

from typing import Final

VILLAGES: Final = (
    "Sumberlindri", "Karanglindu", "Wanasekar", "Tegalrindang", "Banyuwungu Kulon", "Sendangwuni Lor", "Watulumbung",
    "Kaliwening Wetan", "Girimulyasari", "Pucanglaras", "Jatiwayang", "Rejotirto", "Mlatiwangi", "Sambilaras Kidul",
    "Kedungpelita", "Gunungpelita Asri", "Tanjunglegi", "Wonokembang", "Sidosekar", "Bulusekar Indah", "Ngadilaras Ayu",
    "Kebonsuket", "Purwolaras", "Margokeling", "Cilembayung", "Ciwaluya", "Pasirgedang", "Parunghejo", "Situjaya",
    "Rancamanuk", "Lebakwening", "Kampung Wuluh", "Kampung Lontar", "Dukuh Trenggulun", "Dusun Kepuh", "Dusun Soka",
    "Perumahan Griya Wangi", "Perumahan Pucuk Awan", "Komplek Kebun Padi", "Rusun Melati",
)  # fmt: skip

STREETS: Final = (
    "Jalan Kacapiring", "Jalan Wora-wari", "Jalan Tapak Dara", "Jalan Sedap Malam Raya", "Jalan Gudang Padi",
    "Jalan Gerobak", "Jalan Bengawan Kecil", "Jalan Kincir", "Jalan Pudak Arum", "Jalan Sawokecik",
    "Jalan Lingkar Utara", "Jalan Lingkar Selatan", "Jalan Stasiun Lama", "Jalan Pabrik Gula", "Jalan Menara Jam",
    "Jalan Alun-alun Timur", "Jalan Kali Mati", "Jalan Waduk Atas", "Jalan Tembok", "Gang Mawar Putih",
    "Gang Kelinci", "Gang Buntu", "Gang Arjuna", "Gang Cempluk", "bundaran jam kota", "simpang pohon asam",
    "pertigaan pasar lama", "perempatan lampu merah pabrik", "tanjakan Watu Kerbau", "turunan Bok Miring",
)  # fmt: skip

NOWHERE: Final = (
    "sini", "kampungku", "daerah rumah", "dekat pasar", "komplek sebelah", "tempat kami", "lingkungan kami",
    "sekitar balai desa", "dekat sekolah anakku", "ujung gang", "belakang terminal", "kampung mertua", "perumahan kami",
    "RT sebelah", "depan warung sayur", "seberang lapangan", "kota kita", "dekat kantor", "pinggir kali", "jalur bus",
)  # fmt: skip
"""What stands for a place in a post that names no district."""

DAYS: Final = (
    "Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu", "kemarin", "tadi pagi", "tadi malam", "tadi siang",
    "barusan", "minggu lalu", "hari ini", "dari subuh", "habis magrib", "sore tadi", "kemarin lusa",
)  # fmt: skip

WEEKDAYS: Final = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")

CLOCKS: Final = tuple(
    f"jam {hour}{minute}{part}"
    for hour, part in (
        (4, " pagi"), (5, " pagi"), (6, " pagi"), (7, " pagi"), (8, " pagi"), (9, ""), (10, " siang"), (11, " siang"),
        (12, " siang"), (1, " siang"), (2, " siang"), (3, " sore"), (4, " sore"), (5, " sore"), (7, " malam"),
        (8, " malam"), (9, " malam"), (10, " malam"), (11, " malam"), (2, " dini hari"),
    )
    for minute in ("", ".15", ".20", ".30", ".45", ".50")
)  # fmt: skip

SPANS: Final = (
    "dua hari", "tiga hari", "empat hari", "lima hari", "seminggu", "sepuluh hari", "dua minggu", "tiga minggu",
    "sebulan", "dua bulan", "tiga bulan", "setengah tahun", "setahun", "dua tahun", "tiga jam", "enam jam",
    "hampir seminggu", "lebih dari sebulan",
)  # fmt: skip

SMALL_NUMBERS: Final = tuple(str(number) for number in range(2, 48))
LARGE_NUMBERS: Final = tuple(f"{number:,}".replace(",", ".") for number in range(110, 19_000, 137))
PRICES: Final = (
    *(f"{number} ribu" for number in range(3, 98)),
    *(f"Rp{number:,}".replace(",", ".") for number in range(4_500, 190_000, 2_500)),
    *(f"{number}rb" for number in range(11, 90, 3)),
)
SUMS: Final = tuple(
    f"Rp{whole},{part} {unit}" for unit in ("juta", "miliar") for whole in range(1, 60) for part in "37"
)
PERCENTS: Final = tuple(f"{number} persen" for number in range(3, 96))
BLOCKS: Final = tuple(f"RT {rt:02d} RW {rw:02d}" for rt in range(1, 13) for rw in range(1, 10))

KIN: Final = (
    "ibu", "bapak", "adik", "kakak", "anak", "mertua", "tetangga", "pakde", "bude", "ponakan", "nenek", "suami",
    "istri",
    "teman kantor", "sepupu", "bibi", "tante", "om", "anak kos", "ibu kos", "temanku", "langgananku",
)  # fmt: skip

GOODS: Final = (
    "cabai rawit", "bawang merah", "bawang putih", "telur ayam", "beras medium", "beras premium", "minyak goreng",
    "gula pasir", "daging ayam", "tahu tempe", "ikan kembung", "gas melon", "tepung terigu", "kentang", "tomat",
    "susu bayi", "pupuk subsidi", "pakan ayam", "kedelai", "sayur kangkung",
)  # fmt: skip

GIVEN_NAMES: Final = (
    "Darmajiwa", "Lastriani", "Wirasekar", "Sumekarti", "Ranggani", "Puspaloka", "Tirtawan", "Manggali", "Jatmikaswara",
    "Kencanasari", "Baskarajati", "Suryatunggil", "Maheswani", "Larasayu", "Wigunarta", "Pranasakti", "Cakrawala",
    "Dewitirta", "Arumdani", "Bagaskoro",
)  # fmt: skip
FAMILY_NAMES: Final = (
    "Wanakarsa", "Tirtoputro", "Banyuaji", "Kenaryasa", "Padmawana", "Lokabrata", "Segaraning", "Girinata",
    "Sawunggiri",
    "Jalanidhi", "Pasirwening", "Ranupraja", "Telagawening", "Wukirjaya", "Candramawa", "Sendangwijil",
)  # fmt: skip
OFFICIALS: Final = tuple(f"{given} {family}" for given in GIVEN_NAMES for family in FAMILY_NAMES)
"""Invented people whom articles quote."""

SLANG: Final[dict[str, tuple[str, ...]]] = {
    "yang": ("yg", "yg", "yng"), "tidak": ("gak", "ga", "nggak", "tdk", "ndak", "kagak"),
    "sudah": ("udah", "dah", "udh", "sdh"),
    "belum": ("blm", "belom"), "dengan": ("dgn", "dg"), "untuk": ("utk", "buat"), "karena": ("krn", "karna", "gara2"),
    "saya": ("aku", "gue", "gw", "sy"), "kami": ("kmi", "kt"), "mereka": ("mrk",), "kalau": ("kalo", "klo", "kl"),
    "tapi": ("tp", "tpi"), "saja": ("aja", "aj", "ae"), "banyak": ("bnyk", "banyakk"), "orang": ("org", "orng"),
    "sekali": ("bgt", "banget"), "begini": ("gini", "gni"), "begitu": ("gitu", "gt"), "bagaimana": ("gimana", "gmn"),
    "kenapa": ("knp", "napa"), "mengapa": ("knp", "kenapa"), "sampai": ("sampe", "smp"), "dari": ("dr", "dri"),
    "juga": ("jg", "jga"), "lagi": ("lg", "lgi"), "sama": ("sm", "ama"), "semua": ("smua", "semuanya"),
    "terima kasih": ("makasih",), "jangan": ("jgn", "jangannn"), "bisa": ("bs", "bisaa"), "habis": ("abis", "hbs"),
    "benar": ("bener", "bnr"), "besar": ("gede", "bsr"), "kecil": ("kecik", "kcl"), "cepat": ("cepet", "cpt"),
    "lama": ("lamaa", "lma"), "anak-anak": ("anak2", "bocil2"), "teman-teman": ("temen2", "gaes"),
    "memang": ("emang", "emg"),
    "hanya": ("cuma", "cuman", "cm"), "sekarang": ("skrg", "skrang"), "kemarin": ("kmrn", "kmaren"),
    "besok": ("bsk", "bsok"),
    "malam": ("mlm", "malem"), "jalan": ("jln", "jl"), "rumah": ("rmh", "rumahh"), "harga": ("hrga", "hrg"),
    "mahal": ("mahall", "mihil"),
    "parah": ("prh", "parahh"), "bapak": ("pak", "bpk"), "ibu": ("bu", "emak"), "dapat": ("dpt", "dapet"),
    "ingin": ("pengen", "pgn"),
    "mau": ("mo", "mauu"), "lihat": ("liat", "lht"), "beli": ("bli", "beliii"), "dulu": ("dlu", "dl"),
    "terus": ("trs", "trus"),
    "pakai": ("pake", "pk"), "sangat": ("bgt", "sgt"), "tahu": ("tau", "tw"), "sedang": ("lg", "lgi"),
    "masih": ("msh", "masi"),
    "sebentar": ("bentar", "bntar"), "ramai": ("rame", "rameee"), "hujan": ("ujan", "hjn"),
    "macet": ("mcet", "macettt"),
    "seperti": ("kayak", "kyk", "kek"), "padahal": ("pdhl", "padahall"), "siapa": ("sapa", "syp"),
    "kepada": ("kpd", "kpda"),
    "pemerintah": ("pemrintah", "pmerintah"), "masyarakat": ("masy", "msyrkt"), "setiap": ("tiap", "tiap2"),
    "lebih": ("lbh", "lebi"),
    "baru": ("br", "baruu"), "langsung": ("lgsg", "lsg"), "jadi": ("jd", "jdi"), "kerja": ("krj", "kerjaa"),
    "sekolah": ("skolah", "sklh"),
}  # fmt: skip
"""Standard word to the spellings of the timeline. ``add_slang`` reads it forwards, ``remove_slang`` backwards."""

EMOJI: Final[dict[str, tuple[str, ...]]] = {
    "negative": ("😡", "😤", "😭", "🤦", "😩", "😞", "🙄", "💔", "👎", "😢", "🤬", "😓", "😔", "🥲"),
    "neutral": ("🙏", "📍", "👀", "🤔", "📢", "🗓️", "ℹ️", "🧐", "📝", "➡️"),
    "positive": ("😍", "👍", "🙌", "❤️", "👏", "🎉", "😊", "✨", "💪", "🔥", "🤩", "🥳", "😁", "🫶"),
}  # fmt: skip

OPENERS: Final[dict[str, tuple[str, ...]]] = {
    "negative": (
        "Aduh", "Ya ampun", "Astaga", "Capek deh", "Heran", "Kesal sekali", "Halo min", "Tolong min", "Mohon perhatian",
        "Curhat sebentar", "Lagi-lagi", "Serius", "Jujur kecewa", "Waduh", "Hadeh", "Piye iki", "Kumaha ieu", "Baa ko",
        "Duh Gusti", "Izin lapor", "Lur", "Dulur kabeh", "Euy", "Prihatin", "Miris", "Tolong ya", "Ampun dah", "Woi",
    ),
    "neutral": (
        "Info", "Sekadar info", "Izin tanya", "Min tanya", "Numpang tanya", "Selamat pagi", "Selamat malam", "Permisi",
        "Pantauan", "Update", "Laporan warga", "Catatan", "Teman-teman", "Dulur", "Wargi", "Sanak", "FYI", "Ada info",
        "Barangkali ada yang tahu", "Bismillah tanya", "Mau nanya", "Dari lapangan", "Reminder",
    ),
    "positive": (
        "Alhamdulillah", "Mantap", "Keren", "Senang sekali", "Akhirnya", "Terima kasih", "Salut", "Wah", "Puji Tuhan",
        "Bangga", "Matur nuwun", "Hatur nuhun", "Hebat", "Asyik", "Syukurlah", "Top", "Jempol", "Lega", "Rancak bana",
        "Apik tenan", "Sae pisan", "Respect", "Gembira",
    ),
}  # fmt: skip

REACTIONS: Final[dict[str, tuple[str, ...]]] = {
    "negative": (
        "sudah lapor {n} kali tidak ada jawaban", "kapan diperbaikinya coba", "{kerabat} sampai nangis lihatnya",
        "janji tinggal janji saja", "kami bayar pajak lho", "jangan tunggu viral baru bergerak",
        "mau mengadu ke mana lagi",
        "sudah {lama} begini terus", "capek nunggu dari {jam}", "yang susah tetap orang kecil",
        "tidak ada petugas yang datang",
        "malah disuruh sabar terus", "kasihan anak-anak sama lansia", "rugi {rp} cuma gara-gara ini",
        "ditelepon tidak pernah diangkat",
        "tiap tahun ceritanya sama", "katanya anggarannya {dana}, mana hasilnya", "sampai {kerabat} ikut emosi",
        "pejabatnya ke mana semua", "bikin malu kabupaten saja", "tolong jangan dianggap sepele",
        "besok kalau masih begini kami datangi kantornya",
        "rasanya mau pindah saja dari sini", "alasannya selalu menunggu anggaran", "sudah difoto, sudah dikirim, nihil",
        "padahal {hari} baru dijanjikan beres", "{n} keluarga kena semua", "jadi telat kerja terus",
        "pengaduan kami cuma dibaca",
        "kok bisa dibiarkan {lama}", "ora ono sing peduli", "teu aya nu paduli pisan", "indak ado nan mangecek",
        "lemas saya dengarnya",
    ),
    "neutral": (
        "katanya mulai {hari} jam kerja", "buka sampai {jam}", "kuotanya {n} orang", "mohon koreksi kalau keliru",
        "sumbernya dari grup RT", "nanti saya kabari lagi", "ada yang bisa bantu jawab?",
        "syaratnya bawa KTP sama fotokopi KK",
        "saya cuma meneruskan pengumuman di papan", "antreannya sekitar {n} orang", "foto menyusul",
        "masih menunggu kabar resmi",
        "barangkali {kerabat} kalian perlu", "alamatnya di {jalan}", "daftarnya lewat kantor desa",
        "biayanya kurang lebih {rp}",
        "setahu saya tiap {harian}", "tadi dijelaskan petugas loket", "jadwalnya bisa berubah", "terakhir dicek {jam}",
        "sudah ada {besar} yang mendaftar", "belum ada pengumuman tertulis", "pendapat kalian bagaimana?",
        "mohon izin bagikan, min",
        "parkirnya di sebelah {jalan}", "diulang {harian} depan",
    ),
    "positive": (
        "petugasnya ramah sekali", "cuma {n} menit selesai", "tidak dipungut biaya sepeser pun", "semoga dipertahankan",
        "{kerabat} sampai terharu", "patut dicontoh kecamatan lain", "warga jadi semangat lagi",
        "hasilnya kelihatan nyata",
        "baru kali ini dilayani secepat ini", "berkah buat semua yang terlibat",
        "besok mau ke sana lagi sama {kerabat}",
        "terbantu sekali sejak {hari}", "gotong royongnya luar biasa", "lanjutkan pak", "rapi dan bersih pula",
        "anak-anak senang bukan main",
        "hemat {rp} tiap minggu", "yang ikut sampai {besar} orang", "tidak sia-sia menunggu {lama}",
        "sudah lama mimpi begini",
        "sae lah pokona mah", "maturnuwun sanget pokoke", "ambo sanang bana", "top pelayanannya dari {jam} sudah siap",
        "semoga tahun depan ada lagi", "bukti kalau mau pasti bisa", "dulu butuh {lama}, sekarang sehari jadi",
        "rekomendasi buat kalian semua",
        "bangga jadi warga sini", "apresiasi buat tim lapangan",
    ),
}  # fmt: skip
"""Second clauses that fit any topic."""

CIRCUMSTANCES: Final = (
    "lokasinya {jalan} masuk {blok}", "itu terjadi {hari} {jam}", "saya tinggal di {desa}, {blok}",
    "ini yang ke-{n} dalam {lama}",
    "cerita {kerabat} di {desa}", "dari {jalan} sampai {desa} sama saja", "dicatat {jam} sama {kerabat}",
    "ada {n} orang dari {blok}",
    "{kerabat} dengar langsung di {jalan}", "waktu itu {hari}, saya lagi di {desa}",
    "kabarnya {desa} menyusul {harian}", "kurang lebih {besar} warga tahu ini",
    "seingat {kerabat} sejak {lama} lalu", "lihat sendiri di {blok} {jam}", "tetangga {blok} bilang begitu juga",
    "teman di {desa} cerita {hari}",
    "hitungan {kerabat} sekitar {rp}", "bukan cuma {blok} tapi {desa} juga", "baru {n} menit lalu di {jalan}",
    "obrolan ronda {blok} {hari}",
    "antara {jalan} dan {desa}", "tanya saja {kerabat} saya di {blok}", "ramai dibahas {persen} anggota grup {desa}",
    "jaraknya {n} rumah dari {jalan}",
)  # fmt: skip
"""When, where and from whom, whatever the topic: what makes two posts on one thing differ."""

REGIONAL: Final[dict[str, tuple[str, ...]]] = {
    "negative": (
        "wis kesel aku ngenteni", "ojo ngono to pak", "mbok yo dipikir", "kok yo ngene terus", "ora tau dirungokke",
        "wong cilik sing rekoso",
        "geus cape kuring mah", "kumaha atuh pak", "hayang ceurik da", "teu kaop kieu wae", "abdi mah pasrah",
        "piraku diantep",
        "lah panek awak", "baa caronyo ko", "indak talok lai", "sakik hati denai", "lah lamo bana ko",
        "ndak ado ujuangnyo",
    ),
    "neutral": (
        "sopo sing ngerti, lur", "monggo dipirsani", "nyuwun informasinipun", "piye kabare kono", "jarene ngono",
        "aya nu terang teu, wargi", "mangga diantos", "kumaha di palih ditu", "saurna mah kitu", "punten bade naros",
        "lai ado nan tau, sanak", "baa kaba di sinan", "keceknyo baitu", "cubo caliak dulu", "tanyo ciek, da",
    ),
    "positive": (
        "apik tenan pokoke", "seneng aku ndelok e", "matur suwun sanget", "mugo langgeng", "guyub rukun kabeh",
        "jos gandos",
        "alus pisan euy", "bungah hate abdi", "nuhun pisan nya", "mugia lancar", "asa reugreug", "hade gawe na",
        "rancak bana da", "sanang hati mancaliak", "tarimo kasih sanak", "lamak bana raso hati", "lah elok kini",
        "mantap bana uni",
    ),
}  # fmt: skip
"""Javanese, Sundanese and Minang asides."""

SHORT_COMMENTS: Final[dict[str, tuple[str, ...]]] = {
    "negative": ("parah sih", "kecewa", "memalukan", "bohong lagi", "payah", "ora mutu", "hadeuh", "sedih bacanya"),
    "neutral": ("nyimak", "hadir min", "oh gitu", "di mana itu?", "jam berapa min?", "up", "izin share", "kapan ya"),
    "positive": ("mantap", "keren abis", "gas terus", "setuju", "salut pak", "jos", "sae pisan", "amin"),
}  # fmt: skip
"""The very short comments of real threads; they repeat, and no two of them are therefore one story."""

LURES: Final = (
    "kata Pak {nama}", "pesan Bu {nama} begitu", "habis dari warung sate {nama}", "sambil dengar Band {nama}",
    "kata Mas {nama} di grup",
    "nitip salam buat Mbah {nama}", "motor saya masih di bengkel {nama} Motor", "tadi ketemu Bu {nama}",
    "sambil ngopi di Kopi {nama}",
    "kayak sinetron {nama} saja", "untung ada Pak {nama} yang bantu", "belanja di toko {nama} Jaya pun begitu",
    "nonton klub {nama} FC saja lah",
    "pakai batik {nama} pula", "ditemani kucing saya si {nama}", "sudah dibahas di kos {nama}",
)  # fmt: skip
"""Asides that use a district's name for something else than the district."""

PLACE_FORMS: Final = (
    "{nama}", "{nama}", "{nama}", "Kecamatan {nama}", "Kec. {nama}", "daerah {nama}", "wilayah {nama}",
    "seputaran {nama}",
    "Desa {desa}, {nama}", "{desa}, Kecamatan {nama}", "{jalan}, {nama}", "pasar {nama}", "kawasan {nama}",
    "{blok} {nama}",
)  # fmt: skip

HANDLE_HEADS: Final = (
    "kopi", "senja", "bakul", "cah", "emak", "lapak", "kang", "uda", "mbok", "pojok", "suara", "anak", "kidung",
    "warung",
    "lensa", "juragan", "tukang", "kaum", "arek", "urang", "rantau", "sobat", "kucing", "sepeda", "layang", "hujan",
    "embun",
    "padi", "tempe", "cendol", "rujak", "gerobak", "sarung", "peci", "ojek", "becak", "gitar", "kentang", "jambu",
    "melon",
)  # fmt: skip
HANDLE_TAILS: Final = (
    "manis", "lereng", "pinggirkali", "sore", "pagi", "ijo", "biru", "lawas", "anyar", "santuy", "gembul", "sunyi",
    "riang",
    "kulon", "wetan", "kidul", "lor", "hilir", "hulu", "rindang", "merdeka", "jaya", "mini", "raya", "tangguh", "pelan",
    "receh", "garing", "legit", "gurih", "bening", "senyap", "ngopi", "mbolang", "ngoceh", "rebahan", "begadang",
    "jalanjalan",
    "kelana", "sederhana",
)  # fmt: skip
