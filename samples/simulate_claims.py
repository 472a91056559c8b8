"""What planted stories claim: rumours, forwarded pleas and notices, and the frames that pass on, rebut or ask.

A story's centre is an opening, a claim, a detail, a voucher and a call, each drawn on its own, so that two stories on
the same claim still differ in most of their words.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Claim(NamedTuple):
    """One thing that can be claimed: its topic, its mood, whether it is false, its short name and its sentence."""

    topic: str
    sentiment: str
    rumour: bool
    subject: str
    sentence: str


CLAIMS: Final = (
    Claim(
        "social_religion", "positive", True, "bansos tunai lewat tautan",
        "pemkab membagikan bantuan tunai {rp} per hari untuk warga {tempat} yang mendaftar sebelum {harian}",
    ),
    Claim(
        "social_religion", "negative", True, "penghapusan bantuan lansia",
        "semua bantuan lansia di {tempat} dihentikan mulai {harian} dan dananya {dana} dialihkan ke proyek gedung",
    ),
    Claim(
        "social_religion", "positive", True, "beras gratis tanpa syarat",
        "gudang di {jalan} membagikan {n} kilo beras gratis ke siapa saja yang menunjukkan pesan ini, khusus {tempat}",
    ),
    Claim(
        "social_religion", "negative", True, "daging kurban tercampur",
        "daging yang dibagikan di {tempat} tercampur bahan berbahaya, {n} keluarga di {desa} sudah muntah-muntah",
    ),
    Claim(
        "environment_disaster", "negative", True, "bendungan akan jebol",
        "bendungan di atas {tempat} retak sepanjang {n} meter dan diperkirakan jebol {harian} {jam}",
    ),
    Claim(
        "environment_disaster", "negative", True, "gempa susulan besar",
        "ada gempa besar yang akan mengguncang {tempat} {harian} {jam}, seluruh warga {desa} diminta tidur di lapangan",
    ),
    Claim(
        "environment_disaster", "negative", True, "gas beracun pabrik",
        "pabrik di {jalan} membocorkan gas beracun, {n} warga {tempat} pingsan sejak {jam}",
    ),
    Claim(
        "environment_disaster", "negative", True, "buaya lepas saat banjir",
        "{n} ekor buaya penangkaran lepas dan masuk permukiman {desa}, {tempat}, waktu air naik",
    ),
    Claim(
        "health", "negative", True, "vaksin penyebab lumpuh",
        "{n} anak di {tempat} lumpuh setelah imunisasi {harian} di balai {desa} dan kasusnya ditutupi",
    ),
    Claim(
        "health", "negative", True, "air ledeng mengandung racun",
        "air ledeng {tempat} mengandung racun tikus sehingga tidak boleh diminum {lama}, {n} warga {blok} dirawat",
    ),
    Claim(
        "health", "positive", True, "ramuan penyembuh segala penyakit",
        "rebusan kulit jengkol diminum {jam} terbukti menyembuhkan ginjal, {n} warga {desa} {tempat} sembuh total",
    ),
    Claim(
        "health", "negative", True, "puskesmas memungut biaya rahasia",
        "mulai {harian} puskesmas {tempat} memungut {rp} untuk pasien pemegang kartu sehat",
    ),
    Claim(
        "health", "negative", True, "telur palsu beredar",
        "telur palsu dari plastik dijual di pasar {tempat} seharga {rp}, {n} orang {desa} keracunan",
    ),
    Claim(
        "law_crime", "negative", True, "penculikan anak bermobil hitam",
        "komplotan penculik bermobil hitam berkeliaran di {tempat}, {n} anak di {desa} hilang {hari}",
    ),
    Claim(
        "law_crime", "negative", True, "jam malam dengan denda",
        "diberlakukan jam malam di {tempat} mulai {jam}, yang keluar rumah didenda {rp}",
    ),
    Claim(
        "law_crime", "negative", True, "begal paku di jalan",
        "kawanan begal menebar paku di {jalan} arah {tempat} setiap {jam}, sudah {n} korban tewas",
    ),
    Claim(
        "law_crime", "negative", True, "uang palsu dari mesin tarik",
        "mesin tarik tunai di {jalan} {tempat} mengeluarkan uang palsu, {n} nasabah tertipu sampai {rp}",
    ),
    Claim(
        "law_crime", "negative", True, "permen narkoba di sekolah",
        "permen berisi narkoba dijual {rp} di depan sekolah {tempat}, {n} murid {desa} dirawat",
    ),
    Claim(
        "economy_prices", "negative", True, "bahan bakar habis serentak",
        "seluruh pompa bensin di {tempat} tutup mulai {harian} {jam} karena pasokan habis {lama}",
    ),
    Claim(
        "economy_prices", "positive", True, "hadiah motor dari kupon",
        "kupon belanja pasar {tempat} berhadiah {n} motor, pemenang cukup kirim biaya {rp}",
    ),
    Claim(
        "economy_prices", "negative", True, "koperasi membawa lari simpanan",
        "koperasi {desa} bangkrut dan membawa lari simpanan {dana} milik warga {tempat}",
    ),
    Claim(
        "economy_prices", "negative", True, "pajak baru untuk warung",
        "warung kecil di {tempat} wajib bayar pajak {rp} per hari mulai {harian}",
    ),
    Claim(
        "economy_prices", "negative", True, "beras plastik",
        "beras plastik beredar di toko {jalan} {tempat}, ciri-cirinya tidak basi setelah {lama}",
    ),
    Claim(
        "government_politics", "negative", True, "suara pemilihan sudah dicoblos",
        "ditemukan {besar} surat suara pemilihan kepala desa {desa} sudah dicoblos di gudang {tempat}",
    ),
    Claim(
        "government_politics", "negative", True, "tanah adat dijual",
        "pemkab menjual tanah pasar {tempat} ke pengusaha luar senilai {dana} secara diam-diam {hari}",
    ),
    Claim(
        "government_politics", "positive", True, "penerimaan pegawai tanpa tes",
        "pemkab menerima {besar} pegawai tanpa tes khusus warga {tempat}, berkas terakhir {harian} {jam}",
    ),
    Claim(
        "government_politics", "negative", True, "denda KTP lama",
        "KTP lama tidak berlaku mulai {harian} dan warga {tempat} yang tidak mengganti kena denda {rp}",
    ),
    Claim(
        "education", "negative", True, "libur sekolah mendadak",
        "semua sekolah di {tempat} diliburkan {lama} mulai {harian} karena wabah misterius di {desa}",
    ),
    Claim(
        "education", "positive", True, "beasiswa instan",
        "beasiswa {rp} per bulan otomatis cair untuk murid {tempat} yang membagikan pesan ini ke {n} grup",
    ),
    Claim(
        "education", "negative", True, "ijazah dibatalkan",
        "ijazah {besar} lulusan sekolah {tempat} dibatalkan karena salah cetak dan penggantian dikenai {rp}",
    ),
    Claim(
        "infrastructure_transport", "negative", True, "padam listrik tiga hari",
        "listrik {tempat} dipadamkan total {lama} mulai {harian} {jam} karena gardu {jalan} meledak",
    ),
    Claim(
        "infrastructure_transport", "negative", True, "jembatan dilarang dilewati",
        "jembatan {desa} tinggal menunggu ambruk, tiangnya bergeser {n} senti, warga {tempat} diminta tidak melintas",
    ),
    Claim(
        "infrastructure_transport", "negative", True, "penggusuran rumah tepi jalan",
        "{n} rumah di {jalan} {tempat} digusur {harian} tanpa ganti rugi untuk pelebaran jalan {dana}",
    ),
    Claim(
        "technology", "positive", True, "kuota internet gratis",
        "kuota {n} gigabita gratis untuk warga {tempat} selama {lama}, klaim lewat tautan sebelum {harian}",
    ),
    Claim(
        "technology", "negative", True, "menara sinyal penyebab sakit",
        "menara sinyal di {desa} menyebabkan {n} warga {tempat} mimisan setiap {jam}",
    ),
    Claim(
        "technology", "negative", True, "rekening disedot lewat panggilan",
        "mengangkat telepon bernomor tertentu membuat rekening warga {tempat} terkuras {rp}, korban {desa} {n} orang",
    ),
    Claim(
        "culture_sport", "negative", True, "pembatalan karnaval karena bom",
        "karnaval {tempat} dibatalkan karena ditemukan {n} benda mirip bom di {jalan} {hari}",
    ),
    Claim(
        "culture_sport", "positive", True, "tiket konser gratis",
        "tiket konser di lapangan {desa} {tempat} gratis untuk {besar} orang pertama yang mengisi formulir",
    ),
    Claim(
        "law_crime", "negative", False, "orang hilang",
        "{kerabat} kami pergi dari {desa} {tempat} {hari} {jam}, memakai jaket biru, belum pulang {lama}",
    ),
    Claim(
        "health", "neutral", False, "butuh donor darah",
        "dibutuhkan {n} kantong darah golongan AB untuk {kerabat}, dirawat di {tempat}, paling telat {harian} {jam}",
    ),
    Claim(
        "infrastructure_transport", "negative", False, "keluhan jalan rusak",
        "jalan {desa} ke {tempat} rusak {n} kilometer sudah {lama}, {kerabat} kami jatuh {hari} di dekat {jalan}",
    ),
    Claim(
        "infrastructure_transport", "neutral", False, "pengalihan arus",
        "arus kendaraan {jalan} menuju {tempat} dialihkan {harian} {jam} selama {lama} untuk perbaikan gorong-gorong",
    ),
    Claim(
        "environment_disaster", "negative", False, "permintaan bantuan banjir",
        "{n} keluarga di {desa} {tempat} terendam banjir dan butuh selimut, popok, air bersih sejak {jam}",
    ),
    Claim(
        "economy_prices", "neutral", False, "pasar murah",
        "pasar murah digelar di lapangan {tempat} {harian} {jam}, {barang} {rp} dan kupon dibatasi {n} per keluarga",
    ),
    Claim(
        "social_religion", "positive", False, "donasi rumah roboh",
        "rumah {kerabat} di {desa} {tempat} roboh {hari}, terkumpul {rp} dari kebutuhan {dana}, mari bantu",
    ),
    Claim(
        "education", "neutral", False, "pendaftaran lomba murid",
        "lomba baca puisi untuk murid {tempat} dibuka sampai {harian} {jam}, {n} peserta pertama tanpa biaya",
    ),
    Claim(
        "culture_sport", "positive", False, "undangan pentas",
        "pentas ketoprak {desa} {tempat} digelar {harian} {jam}, {besar} kursi disediakan tanpa karcis",
    ),
    Claim(
        "technology", "neutral", False, "uji coba aplikasi",
        "aplikasi antrean {tempat} diuji coba {harian}, {n} loket di {jalan} dilayani sampai {jam}",
    ),
    Claim(
        "government_politics", "neutral", False, "layanan keliling",
        "mobil layanan keliling singgah di {desa} {tempat} {harian} {jam}, melayani {n} jenis surat tanpa biaya",
    ),
    Claim(
        "other", "neutral", False, "hewan hilang",
        "burung murai peliharaan {kerabat} lepas di {jalan} {tempat} {hari} {jam}, yang menemukan diberi {rp}",
    ),
)  # fmt: skip

OPENINGS: Final[dict[bool, tuple[str, ...]]] = {
    True: (
        "Assalamualaikum, info penting dari grup sebelah.", "Selamat malam bapak ibu, mohon dibaca sampai habis.",
        "PENTING untuk seluruh warga.", "Bocoran dari orang dalam {kab}.",
        "Mohon maaf mengganggu, ini menyangkut keselamatan kita.",
        "Baru saja dapat kabar dari {kerabat} yang bekerja di kantor.", "Tolong jangan diabaikan.",
        "Info A1 dari petugas {desa}.",
        "Selamat pagi, saya teruskan pesan dari ketua {blok}.", "Hati-hati semuanya.",
        "Kabar gembira untuk kita semua.", "Ini tidak akan diberitakan media.", "Peringatan keras buat keluarga kita.",
        "Diteruskan dari grup alumni {desa}.", "Astagfirullah, baca ini.",
        "Salam sejahtera, kabar dari lapangan {jam}.", "Viral tapi dihapus terus.",
        "Simak baik-baik pesan {kerabat} saya.",
    ),
    False: (
        "Assalamualaikum, mohon bantuannya.", "Selamat pagi warga.", "Izin berbagi informasi, min.",
        "Pengumuman dari {blok}.", "Kepada teman-teman di sekitar {jalan}.", "Titip pesan dari {kerabat}.",
        "Selamat sore, sekadar meneruskan.", "Mohon perhatian sebentar.", "Salam dari {desa}.", "Info warga {kab}.",
        "Permisi, numpang kabar.", "Dari pengurus {blok} {desa}.",
    ),
}  # fmt: skip

STORY_DETAILS: Final[dict[bool, tuple[str, ...]]] = {
    True: (
        "Katanya {kerabat} ketua {blok} melihat sendiri {hari} {jam}.",
        "Sudah ada {n} saksi dari {desa} tetapi dilarang bicara.", "Rapat tertutup di {jalan} membahas hal ini {lama}.",
        "Rekamannya sempat beredar {n} menit lalu hilang.", "Dananya {dana} entah ke mana.",
        "Petugas berseragam mendatangi {n} rumah di {blok}.",
        "Yang terlambat sampai {jam} tidak akan kebagian apa-apa.",
        "Di kabupaten sebelah kejadian serupa menimpa {besar} orang.",
        "Dokter di {jalan} membenarkan tetapi minta namanya disembunyikan.",
        "Sekitar {persen} warga {desa} sudah merasakannya.",
        "{kerabat} saya hampir jadi korban di {jalan} {hari}.",
        "Surat edarannya bernomor {besar} dan ditempel di {desa}.", "Mobil patroli keliling {blok} sejak {jam}.",
        "Tetangga {desa} sudah mengungsi ke {jalan}.",
        "Nilainya mencapai {rp} per kepala keluarga.", "Kabarnya ditutup rapat supaya {desa} tidak panik.",
    ),
    False: (
        "Titik kumpul di {jalan} dekat pos {blok}.", "Yang bertugas {n} orang sampai {jam}.",
        "Sudah dikabarkan ke balai {desa} {hari}.", "Hubungi pengurus {blok} bila perlu.",
        "Kegiatan ini didukung {n} pemuda {desa}.", "Perkiraan kebutuhan {rp} lagi.",
        "Dibuka dari {jam} dan tidak dipungut biaya.", "Kalau hujan dipindah ke {jalan}.",
        "Ciri lain: bekas luka kecil dan membawa tas dari {desa}.", "Terakhir terlihat di {jalan} {jam}.",
        "Catatan ada di papan {blok}.", "Petugas jaga bergantian {lama}.",
    ),
}  # fmt: skip

VOUCHERS: Final = (
    "Sumber: {kerabat} di kantor {kab}.", "Sudah dikonfirmasi ke {n} orang.", "Saya bukan penyebar hoaks, ini nyata.",
    "Cek sendiri ke {jalan}.", "Ini dari grup dinas, bukan karangan.",
    "Foto lengkapnya ada di {kerabat} saya.", "Bukti menyusul {harian}.",
    "Sudah saya telepon {n} kali nomor kantornya.", "Yang tinggal di {blok} pasti tahu.",
    "Diumumkan juga lewat pengeras suara {desa}.",
)  # fmt: skip

CALLS: Final[dict[bool, tuple[str, ...]]] = {
    True: (
        "Sebarkan sebelum dihapus!", "Teruskan ke minimal {n} grup.", "Bagikan ke keluarga yang tinggal di {desa}.",
        "Jangan berhenti di kamu.", "Selamatkan saudara kita, kirim ke semua kontak.",
        "Daftar segera di {tautan}", "Cek namamu di {tautan}", "Baca lengkapnya {tautan}",
        "Klik {tautan} sebelum {jam}", "Tolong viralkan.", "Isi data di {tautan} lalu tunggu {n} menit.",
    ),
    False: (
        "Mohon bantu sebarkan.", "Terima kasih atas perhatiannya.", "Keterangan lengkap: {tautan}",
        "Konfirmasi lewat {tautan}", "Semoga jadi amal baik.", "Yang berminat silakan datang.",
        "Kabari kami di {tautan}", "Sampai jumpa di lokasi.",
    ),
}  # fmt: skip


REBUTTALS: Final = (
    "HOAKS, jangan disebar lagi! Pesan ini palsu: {pesan}",
    "{pesan}\n\nPesan di atas TIDAK BENAR, sudah dibantah {dinas}.",
    "HOAKS! Pesan berantai \"{kutipan}\" tidak benar. {dinas} memastikan tidak ada kejadian itu.",
    "Jangan percaya pesan ini: {kutipan} Sudah dicek ke kantor kecamatan, kabar bohong.",
    "Klarifikasi: kabar soal {subjek} di {tempat} adalah hoaks. Petugas sudah mengecek {jam} dan keadaan aman.",
    "Mohon berhenti menyebarkan isu {subjek}. {dinas} menyatakan itu keliru, lihat pengumuman resmi {hari}.",
    "[SALAH] {kutipan} Faktanya, foto yang dipakai diambil {lama} lalu di tempat lain.",
    "Barusan telepon {kerabat} di lokasi, {subjek} itu tidak ada. Jangan panik, jangan teruskan.",
    "Cek fakta: \"{kutipan}\" Hasilnya tidak terbukti. Nomor surat dan tautannya palsu.",
    "Yang masih kirim pesan {subjek}, tolong dihapus. Itu penipuan lama yang didaur ulang.",
    "Disinformasi ya gaes, {subjek} sudah dibantah {dinas} {hari}. Sumber aslinya tidak pernah ada.",
    "Saya warga {desa}, dan klaim ini palsu: {kutipan} Di sini biasa-biasa saja.",
)  # fmt: skip

QUESTIONS: Final = (
    "Dapat pesan ini dari {kerabat}, mohon dicek dulu: {pesan}",
    "Ini benar atau hoaks ya? \"{kutipan}\"",
    "Ada yang bisa memastikan soal {subjek} di {tempat}? {kerabat} saya dapat pesannya {jam}.",
    "Min, tolong dicek: {kutipan} Beneran?",
    "Dapat kiriman begini dari grup, valid tidak ya: {kutipan}",
    "Apa betul ada {subjek}? Belum lihat di berita mana pun.",
    "Mohon info, isu {subjek} sumbernya dari mana? {kerabat} panik dari {jam}.",
    "Bener gak sih {subjek}? Kok {kerabat} sudah heboh.",
    "Izin tanya petugas {tempat}, pesan soal {subjek} itu resmi bukan?",
)  # fmt: skip

UNCLEAR: Final = (
    "Grup keluarga isinya {subjek} semua dari {jam}.", "Lagi ramai {subjek}, saya mah nonton saja di {desa}.",
    "{subjek}, hmm. Kita lihat saja {harian}.", "Nanti malam pada bahas {subjek} pasti.",
    "Entah kenapa {subjek} muncul lagi setelah {lama}.", "Sudah {n} kali dapat kiriman {subjek}.",
    "{kerabat}: {subjek}. Saya: sarapan dulu.",
)  # fmt: skip
