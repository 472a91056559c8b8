"""What people post about each topic: templates by topic and mood, in standard spelling, roughened when written out.

Slots stand in braces and are filled from ``simulate_words``; ``{tempat}`` is the district where the post names one.
"""

from __future__ import annotations

from typing import Final

POSTS: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "government_politics": {
        "negative": (
            "urus surat pindah di kantor {tempat} sudah {lama} tidak jadi-jadi", "loket KTP {tempat} tutup {jam} padahal antrean masih {n} orang",
            "musyawarah desa {desa} cuma formalitas, usulan {kerabat} saya dicoret semua", "anggaran {dana} buat gapura {desa}, jalan di {tempat} dibiarkan",
            "bupati blusukan ke {tempat} cuma foto-foto {n} menit", "perangkat desa di {tempat} susah ditemui, dari {hari} kantornya kosong",
            "bantuan di {tempat} kok yang dapat keluarga perangkat semua, {kerabat} saya dilewati", "rapat dewan bahas perjalanan dinas {dana}, warga {tempat} gigit jari",
        ),
        "neutral": (
            "pelayanan keliling pemkab {hari} ini ada di {tempat} mulai {jam}", "pendaftaran calon kepala desa {desa} dibuka sampai {harian} depan",
            "musrenbang {tempat} dijadwalkan {harian} {jam} di balai {desa}", "ada sosialisasi aturan retribusi baru untuk pedagang {tempat}",
            "dewan membahas perubahan anggaran {dana} untuk wilayah {tempat}", "kantor kecamatan {tempat} pindah sementara ke {jalan}",
            "seleksi pegawai honorer pemkab diikuti {besar} pelamar, tes di {tempat}",
        ),
        "positive": (
            "bikin akta lahir di {tempat} sekarang cuma {n} menit", "kades {desa} terbuka soal dana desa, papan anggarannya dipasang di {jalan}",
            "pelayanan malam di kantor {tempat} sangat membantu {kerabat} yang kerja siang", "usulan lampu jalan {blok} akhirnya disetujui dewan",
            "mobil layanan keliling sampai ke {tempat}, {kerabat} saya tidak perlu ke kota", "laporan saya lewat aplikasi pemkab soal {jalan} dijawab {hari}",
        ),
    },
    "law_crime": {
        "negative": (
            "motor {kerabat} hilang di {tempat} {hari} sekitar {jam}", "balap liar di {jalan} tiap {harian} malam, warga {tempat} tidak bisa tidur",
            "penipuan berkedok arisan makan korban {n} orang di {tempat}, total {dana}", "pungli parkir {rp} di depan {tempat}, tidak ada karcis",
            "rumah kosong di {blok} {tempat} dibobol maling {hari}", "tawuran pelajar lagi di {jalan}, {n} anak diamankan",
            "preman minta jatah {rp} ke pedagang {tempat}", "kabel lampu jalan {tempat} dicuri, gelap sepanjang {jalan}",
        ),
        "neutral": (
            "razia surat kendaraan {hari} di {jalan} arah {tempat}", "sidang kasus lahan {desa} ditunda ke {harian} depan", "polsek {tempat} buka layanan aduan baru lewat pesan singkat",
            "ditemukan dompet cokelat di {jalan}, pemilik silakan ke pos ronda {tempat}", "penyuluhan hukum gratis di balai {desa} {harian} {jam}",
            "ronda malam {blok} {tempat} dibagi {n} regu mulai {harian}", "saksi kecelakaan {jalan} {hari} diminta melapor",
        ),
        "positive": (
            "polisi {tempat} cepat sekali, motor {kerabat} ketemu dalam {n} jam", "pos ronda {blok} aktif lagi, maling di {tempat} langsung tertangkap",
            "kasus tipu arisan {tempat} selesai, uang {n} korban dikembalikan {dana}", "petugas mengembalikan tas {kerabat} yang tertinggal di {jalan}",
            "sejak ada kamera di {jalan} {tempat} jadi aman", "mediasi sengketa pagar di {desa} beres secara kekeluargaan",
        ),
    },
    "economy_prices": {
        "negative": (
            "{barang} di {tempat} naik jadi {rp}, {kerabat} pusing", "cari {barang} keliling {tempat} dari {jam} kosong semua", "pasar {tempat} sepi pembeli, dagangan {kerabat} cuma laku {rp}",
            "upah harian di {desa} masih {rp}, {barang} sudah selangit", "pabrik di {tempat} merumahkan {n} karyawan {hari}", "gas melon di {tempat} dijual {rp}, mana harga resminya",
            "sewa kios {tempat} naik {persen}, banyak yang gulung tikar", "panen {barang} di {desa} dibeli tengkulak cuma {rp}",
        ),
        "neutral": (
            "harga {barang} di {tempat} {hari} sekitar {rp} sekilo", "pasar murah di {tempat} {harian} {jam}, {barang} dijatah {n} per kupon", "lowongan kasir toko di {jalan}, gaji {rp} per hari",
            "ada yang jual {barang} partai besar di {tempat}?", "operasi pasar {barang} menyusul untuk {desa}", "bandingkan harga {barang}: {tempat} {rp}, kota sebelah beda tipis",
            "pendaftaran bantuan modal usaha {tempat} ditutup {harian}",
        ),
        "positive": (
            "pasar murah {tempat} ramai, {barang} cuma {rp}", "omzet keripik {kerabat} di {tempat} naik {persen}", "harga {barang} di {tempat} turun lagi jadi {rp}",
            "panen raya di {desa}, petani senang {barang} dihargai {rp}", "pelatihan usaha di {tempat} bikin {n} ibu punya pesanan tetap", "koperasi {desa} bagi hasil {dana} tahun ini",
        ),
    },
    "health": {
        "negative": (
            "antre di puskesmas {tempat} dari {jam} dokternya belum datang", "obat {kerabat} kosong lagi di {tempat}, disuruh beli sendiri {rp}", "kasus demam berdarah di {desa} sudah {n} orang",
            "rumah sakit {tempat} menolak {kerabat} karena kamar penuh", "ambulans ke {desa} telat {n} menit padahal gawat", "{n} anak sekolah di {tempat} diare setelah makan siang",
            "posyandu {blok} tidak buka sudah {lama}", "jentik di selokan {jalan} dibiarkan, {kerabat} kena demam",
        ),
        "neutral": (
            "jadwal imunisasi {tempat} {harian} {jam} di balai {desa}", "donor darah di {tempat} {harian}, butuh golongan O dan B", "puskesmas {tempat} pindah loket ke sisi {jalan}",
            "cara rujukan dari {tempat} ke rumah sakit kabupaten bagaimana?", "dokter gigi praktik di {tempat} hari apa saja?", "penyemprotan nyamuk {blok} {hari} mulai {jam}",
            "pemeriksaan mata gratis lansia {desa}, kuota {n}",
        ),
        "positive": (
            "bidan desa {desa} datang {jam} demi {kerabat} yang melahirkan", "puskesmas {tempat} sekarang daftarnya lewat ponsel, tunggu {n} menit saja", "operasi katarak gratis di {tempat}, {kerabat} bisa melihat lagi",
            "perawat di {tempat} telaten merawat {kerabat} selama {lama}", "angka stunting {desa} turun {persen}", "senam lansia {blok} tiap {harian} bikin {kerabat} bugar",
        ),
    },
    "education": {
        "negative": (
            "atap kelas SD di {tempat} bocor, {n} murid belajar di teras", "uang seragam sekolah {tempat} {rp}, katanya gratis", "guru honorer {desa} belum gajian {lama}",
            "zonasi bikin anak {blok} tidak diterima di sekolah {tempat}", "bus sekolah rute {jalan} berhenti {lama}, anak {kerabat} jalan kaki", "perundungan di sekolah {tempat} ditutup-tutupi",
            "perpustakaan {tempat} bukunya rusak semua sejak {hari}", "pungutan wisuda TK {desa} sampai {rp}",
        ),
        "neutral": (
            "pendaftaran murid baru {tempat} dibuka {harian} sampai {jam}", "beasiswa pemkab untuk {n} mahasiswa asal {tempat}", "ujian paket C di {desa} dimulai {harian}",
            "les matematika dekat {jalan} ada rekomendasi?", "sekolah {tempat} libur karena dipakai rapat {hari}", "lomba cerdas cermat antar SD se-{tempat} diikuti {n} regu",
            "rapat wali murid {desa} {harian} {jam}",
        ),
        "positive": (
            "murid SMP {tempat} juara olimpiade, bangga {kerabat} saya gurunya", "perpustakaan keliling sampai ke {desa}, anak-anak rebutan buku", "sekolah {tempat} sudah diperbaiki, kelasnya terang",
            "guru {desa} mengajar lewat sungai {n} menit tiap pagi, hormat", "beasiswa cair {rp} langsung ke rekening {kerabat}", "kelas membaca gratis {blok} diikuti {n} anak",
        ),
    },
    "infrastructure_transport": {
        "negative": (
            "jalan berlubang di {tempat} bikin {kerabat} jatuh {hari}", "jembatan {desa} miring, warga {tempat} memutar {n} kilometer", "macet total {jalan} arah {tempat} dari {jam}",
            "listrik di {tempat} padam {n} kali sejak {hari}", "air ledeng {blok} {tempat} mati sudah {lama}", "angkot trayek {tempat} makin jarang, nunggu {n} menit",
            "proyek gorong-gorong {jalan} mangkrak {lama}", "lampu merah {jalan} mati, hampir tabrakan {jam} tadi",
        ),
        "neutral": (
            "{jalan} arah {tempat} ditutup satu lajur mulai {harian} {jam}", "rute bus baru lewat {tempat} berhenti di {jalan}", "pemadaman bergilir {tempat} {harian} {jam}",
            "ada yang tahu jalan pintas ke {tempat} selain {jalan}?", "perbaikan pipa air {blok} dikerjakan {n} hari", "truk pasir dialihkan lewat {jalan} mulai {harian}",
            "tarif parkir {tempat} sekarang {rp}",
        ),
        "positive": (
            "jalan {jalan} sudah mulus, ke {tempat} cuma {n} menit", "jembatan {desa} selesai, anak sekolah {tempat} tidak memutar lagi", "bus baru ke {tempat} dingin dan bersih, bayar {rp} saja",
            "lampu jalan {blok} terang semua mulai {hari}", "air ledeng {tempat} lancar lagi setelah {lama}", "trotoar {jalan} ramah kursi roda, {kerabat} saya senang",
        ),
    },
    "environment_disaster": {
        "negative": (
            "banjir lagi di {tempat}, air setinggi {n} senti masuk rumah {kerabat}", "tumpukan sampah {jalan} sudah {lama}, baunya sampai {tempat}", "longsor menutup jalan {desa} {hari} {jam}",
            "limbah pabrik bikin sungai {tempat} hitam, ikan {kerabat} mati", "kekeringan di {desa}, beli air {rp} per tangki", "asap bakar lahan di {tempat} bikin sesak dari {jam}",
            "pohon tumbang di {jalan} menimpa {n} kendaraan", "pengungsi {tempat} kekurangan selimut, {n} keluarga tidur di balai",
        ),
        "neutral": (
            "tinggi air sungai di {tempat} {n} senti per {jam}", "posko pengungsian {tempat} dipindah ke balai {desa}", "kerja bakti selokan {blok} {harian} {jam}",
            "prakiraan hujan lebat {tempat} {hari} sampai {jam}", "jadwal angkut sampah {tempat} tiap {harian}", "dapur umum {desa} melayani {besar} bungkus per hari",
            "simulasi gempa di sekolah {tempat} {harian}",
        ),
        "positive": (
            "air di {tempat} sudah surut, relawan bersih-bersih sampai {jam}", "bank sampah {blok} kumpulkan {besar} kilo, dapat {rp}", "tanggul {desa} kuat, {tempat} aman dari banjir",
            "sungai {tempat} jernih lagi, anak {kerabat} berenang", "relawan tiba di {desa} cuma {n} menit setelah longsor", "tanam {besar} bibit bakau di {tempat} bersama pelajar",
        ),
    },
    "social_religion": {
        "negative": (
            "bansos {tempat} dipotong {rp} dengan alasan administrasi", "data penerima bantuan {desa} kacau, {kerabat} yang janda malah tidak dapat", "orang telantar di {jalan} tidak ada yang menangani {lama}",
            "pengeras suara hajatan {blok} sampai {jam}, tidak ada tenggang rasa", "lansia {desa} hidup sendiri, bantuan berhenti {lama}", "dana santunan yatim {tempat} belum dibagikan sejak {hari}",
            "kerukunan di {desa} terganggu gara-gara kabar tidak jelas",
        ),
        "neutral": (
            "pembagian beras bantuan {tempat} {harian} {jam} di balai {desa}", "pengajian rutin {blok} pindah ke {jalan}", "pendataan ulang penerima bantuan {tempat} oleh {n} petugas",
            "jadwal misa dan kebaktian {tempat} minggu ini mulai {jam}", "zakat dikumpulkan di panitia {desa} sampai {harian}", "khitanan massal {tempat} kuota {n} anak",
            "persiapan sedekah bumi {desa} {harian}",
        ),
        "positive": (
            "warga {tempat} patungan {rp} bangun rumah {kerabat} yang roboh", "lintas agama {desa} bersihkan rumah ibadah bersama {hari}", "santunan {n} yatim di {tempat} lancar dan tertib",
            "dapur sedekah {blok} bagi {besar} nasi bungkus tiap {harian}", "bantuan beras sampai ke rumah {kerabat} di {tempat} diantar langsung", "tetangga {blok} gotong royong angkat {kerabat} ke rumah sakit",
        ),
    },
    "culture_sport": {
        "negative": (
            "lapangan bola {tempat} jadi tempat parkir, anak {kerabat} main di {jalan}", "wasit liga desa {tempat} berat sebelah, {n} kartu merah", "gedung kesenian {desa} bocor, latihan tari berhenti {lama}",
            "tiket konser {tempat} {rp} tapi suaranya kacau", "suporter rusuh di {jalan} sampai {jam}", "festival {desa} batal mendadak, pedagang rugi {dana}",
            "kolam renang {tempat} kotor, {kerabat} gatal-gatal",
        ),
        "neutral": (
            "final voli antar RT {tempat} {harian} {jam}", "pentas wayang di {desa} {harian} malam, dalangnya masih muda", "pendaftaran lomba lari {tempat} dibuka, biaya {rp}",
            "karnaval lewat {jalan} mulai {jam}, siapkan jalur lain", "audisi tari daerah di {tempat} untuk {n} peserta", "latihan pencak silat {blok} tiap {harian}",
            "pameran batik {desa} diperpanjang sampai {harian}",
        ),
        "positive": (
            "tim voli {tempat} juara setelah {n} tahun puasa gelar", "pentas {desa} pecah, penontonnya {besar} orang", "atlet silat {tempat} bawa pulang {n} medali",
            "festival kuliner {jalan} ramai, lapak {kerabat} habis {jam}", "sanggar {desa} tampil di luar negeri", "lapangan {tempat} sudah berumput, anak-anak betah",
        ),
    },
    "technology": {
        "negative": (
            "sinyal di {tempat} hilang dari {jam}, {kerabat} tidak bisa ujian daring", "aplikasi layanan warga galat terus, sudah {n} kali daftar dari {tempat}", "internet desa {desa} bayar {rp} tapi lemot",
            "pinjol ilegal teror {kerabat} sampai {n} pesan sehari", "data pribadi {kerabat} dipakai daftar akun, lapor ke {tempat} bingung", "mesin antrean {tempat} rusak {lama}",
            "situs pengaduan tidak bisa dibuka sejak {hari}, galat {besar}",
        ),
        "neutral": (
            "titik wifi gratis baru di {tempat} dekat {jalan}", "pelatihan komputer {desa} {harian} {jam} untuk {n} peserta", "aplikasi antrean {tempat} minta pembaruan versi {n}",
            "servis ponsel dekat {tempat} yang jujur di mana?", "pemasangan menara sinyal {desa} minta persetujuan warga", "pembayaran pasar {tempat} mulai pakai kode pindai",
            "kamera pemantau {jalan} bisa dilihat warga {harian} depan",
        ),
        "positive": (
            "wifi balai {desa} kencang, anak {kerabat} belajar sampai {jam}", "bayar parkir {tempat} tinggal pindai, tidak ada lagi {rp} gelap", "lapor lewat aplikasi dari {tempat} ditindak {n} jam kemudian",
            "petani {desa} jual panen daring, laku {besar} kilo", "pelajar {tempat} bikin alat pantau banjir sendiri", "sinyal masuk {desa} juga akhirnya setelah {lama}",
        ),
    },
    "other": {
        "negative": (
            "kehujanan di {jalan} {jam}, mana lupa bawa jas", "paket nyasar ke {tempat} sudah {lama}", "kucing tetangga {blok} mencuri ikan {kerabat} {hari}",
            "ban bocor dua kali di {jalan} padahal mau ke {tempat}", "badan pegal semua habis bantu {kerabat} pindahan ke {desa}", "kemarin salah naik angkot sampai {tempat}, rugi {rp}",
            "martabak {rp} di {tempat} isinya angin",
        ),
        "neutral": (
            "cari kos dekat {tempat} sekitar {rp}", "tukang pijat {desa} nomor berapa ya", "rencana libur {harian} ke {tempat} sama {kerabat}", "ada yang lihat kucing abu-abu di {jalan}?",
            "menu hari ini sayur asem dan ikan asin, {kerabat} yang masak", "tanya resep sambal yang tahan {lama}", "arisan {blok} {harian} {jam} di rumah {kerabat}",
        ),
        "positive": (
            "sarapan soto di {tempat} {rp} kenyang sampai {jam}", "ketemu teman lama di {jalan} {hari}, ngobrol {n} jam", "matahari terbit dari {desa} indah sekali",
            "anak {kerabat} sudah bisa jalan, usianya {n} bulan", "jalan pagi {tempat} {n} putaran, segar", "dapat kiriman jambu sekarung dari {kerabat} di {desa}",
        ),
    },
}  # fmt: skip

COMMENTS: Final[dict[str, tuple[str, ...]]] = {
    "negative": (
        "urusan {isu} dari dulu tidak pernah beres", "soal {isu} kok ditutupi terus", "{isu} makin parah sejak {hari}", "coba bapak rasakan sendiri {isu} di {tempat}",
        "tidak percaya lagi kalau bahas {isu}", "yang bikin kesal itu {isu}, bukan hujannya", "di {tempat} juga sama, {isu} bikin repot {kerabat}", "{isu} {rp}, waras?",
        "klarifikasi melulu, {isu} tetap saja", "warga {desa} sudah protes soal {isu} {n} kali", "bukan cuma {isu}, semuanya berantakan", "berita {isu} begini bikin darah tinggi",
        "lapor {isu} dijawab robot", "habis {lama} menunggu {isu}, hasilnya nol", "{kerabat} saya korban {isu} {hari}", "kalau {isu} saja gagal apalagi yang lain",
        "pemkab sibuk seremoni, {isu} dibiarkan", "data {isu} itu salah, di {tempat} lebih dari {n}", "saya saksi {isu} {jam} di {jalan}, petugas diam", "omong kosong soal {isu}",
    ),
    "neutral": (
        "soal {isu} ini berlaku juga di {tempat}?", "ada nomor kontak untuk {isu}?", "menurut {kerabat} saya {isu} diatur sejak {hari}", "{isu} itu wewenang kabupaten atau provinsi ya",
        "bedanya {isu} tahun lalu dan sekarang apa", "yang di {desa} bagaimana kabar {isu}?", "saya baca {isu} ada {n} tahap", "mohon dijelaskan alur {isu} min",
        "videonya direkam di {jalan} ya?", "{isu} dibahas lagi {harian} depan", "kalau {isu} perlu bawa berkas apa", "dari {tempat} hadir, menyimak {isu}",
        "angka {besar} itu total {isu} atau sebulan?", "tolong sumber {isu} dicantumkan", "{isu} mulai {jam} kan?", "wah baru tahu ada {isu} di {tempat}",
        "untuk {kerabat} yang belum paham {isu}, cek papan pengumuman {desa}", "sama pertanyaannya, {isu} gratis atau {rp}?",
    ),
    "positive": (
        "kalau {isu} ditangani begini saya dukung penuh", "{isu} di {tempat} sekarang jauh lebih baik", "bagus, {isu} akhirnya dibenahi", "terima kasih tim {isu} yang kerja sampai {jam}",
        "{kerabat} saya merasakan manfaat {isu}", "ini baru {isu} yang benar", "semoga {isu} merata sampai {desa}", "salut, {isu} beres dalam {lama}",
        "dua jempol untuk {isu}", "liputan {isu} yang menyejukkan", "di {tempat} {isu} sudah nyaman dari {hari}", "petugas {isu} sopan sekali waktu ke {jalan}",
        "hemat {rp} berkat {isu}", "anak-anak {blok} ikut senang soal {isu}", "maju terus {isu} daerah kita", "contoh bagus {isu} buat {n} kecamatan lain",
        "ikut bangga baca {isu}", "{isu} transparan begini bikin tenang",
    ),
}  # fmt: skip
"""Comments on a subject of the topic, ``{isu}`` (``simulate_news.SUBJECTS``)."""
