"""What simulated newsrooms write about: subjects, agencies and events by topic, and the sentences of an article."""

from __future__ import annotations

from typing import Final

SUBJECTS: Final[dict[str, tuple[str, ...]]] = {
    "government_politics": (
        "pelayanan KTP", "dana desa", "pemilihan kepala desa", "mutasi pejabat", "anggaran daerah", "izin usaha",
        "musrenbang", "retribusi pasar", "rapat dewan", "honor perangkat desa",
    ),
    "law_crime": (
        "pencurian motor", "pungli parkir", "balap liar", "arisan bodong", "sengketa lahan", "tawuran pelajar",
        "ronda malam", "pencurian kabel", "razia kendaraan", "penipuan daring",
    ),
    "economy_prices": (
        "harga cabai", "harga beras", "gas melon", "minyak goreng", "pasar murah", "upah buruh", "pupuk subsidi",
        "sewa kios", "harga telur", "modal usaha",
    ),
    "health": (
        "demam berdarah", "antrean puskesmas", "stok obat", "imunisasi anak", "ambulans desa", "rujukan rumah sakit",
        "stunting", "posyandu", "keracunan makanan", "air minum sehat",
    ),
    "education": (
        "seragam sekolah", "zonasi sekolah", "gaji guru honorer", "atap kelas", "beasiswa daerah", "bus sekolah",
        "perundungan siswa", "perpustakaan keliling", "makan siang sekolah", "ujian akhir",
    ),
    "infrastructure_transport": (
        "jalan berlubang", "jembatan miring", "pemadaman listrik", "air ledeng", "kemacetan pasar", "lampu jalan",
        "trayek angkot", "drainase kota", "proyek trotoar", "parkir tepi jalan",
    ),
    "environment_disaster": (
        "banjir luapan", "tumpukan sampah", "longsor tebing", "limbah pabrik", "kekeringan sawah", "kebakaran lahan",
        "tanggul sungai", "pohon tumbang", "posko pengungsian", "kualitas udara",
    ),
    "social_religion": (
        "bantuan sosial", "data penerima bantuan", "santunan yatim", "zakat fitrah", "rumah layak huni",
        "lansia telantar", "kerukunan warga", "sedekah bumi", "panti asuhan", "dapur umum",
    ),
    "culture_sport": (
        "liga desa", "festival budaya", "lapangan bola", "gedung kesenian", "lomba lari", "karnaval kota",
        "kolam renang", "pencak silat", "pameran batik", "pentas wayang",
    ),
    "technology": (
        "sinyal seluler", "internet desa", "aplikasi layanan warga", "pinjaman daring ilegal", "kebocoran data",
        "parkir digital", "kamera pemantau", "pelatihan komputer", "situs pengaduan", "wifi gratis",
    ),
    "other": (
        "cuaca hari ini", "liburan sekolah", "resep dapur", "cari kos", "kucing hilang", "arisan keluarga",
        "jajanan pasar", "olahraga pagi", "paket nyasar", "tanaman hias",
    ),
}  # fmt: skip

AGENCIES: Final[dict[str, tuple[str, ...]]] = {
    "government_politics": ("Sekretariat Daerah", "Dinas Kependudukan", "Dinas Pemberdayaan Desa"),
    "law_crime": ("Satpol PP", "Bagian Hukum", "Badan Kesatuan Bangsa"),
    "economy_prices": ("Dinas Perdagangan", "Dinas Koperasi", "Dinas Pertanian"),
    "health": ("Dinas Kesehatan", "Rumah Sakit Daerah", "Puskesmas Induk"),
    "education": ("Dinas Pendidikan", "Dewan Pendidikan", "Dinas Perpustakaan"),
    "infrastructure_transport": ("Dinas Pekerjaan Umum", "Dinas Perhubungan", "Perusahaan Air Daerah"),
    "environment_disaster": ("Badan Penanggulangan Bencana", "Dinas Lingkungan Hidup", "Dinas Sumber Daya Air"),
    "social_religion": ("Dinas Sosial", "Bagian Kesejahteraan Rakyat", "Badan Amil Daerah"),
    "culture_sport": ("Dinas Kebudayaan", "Dinas Pemuda dan Olahraga", "Dewan Kesenian"),
    "technology": ("Dinas Komunikasi dan Informatika", "Pusat Data Daerah", "Bagian Layanan Digital"),
    "other": ("Bagian Umum", "Dinas Pariwisata", "Karang Taruna Kabupaten"),
}  # fmt: skip

ACTIONS: Final[dict[str, tuple[str, ...]]] = {
    "negative": (
        "belum menyelesaikan persoalan {isu}", "diprotes warga karena {isu}",
        "mengakui penanganan {isu} terlambat {lama}", "kekurangan {dana} untuk {isu}",
        "dinilai lamban menangani {isu}", "menghentikan sementara program {isu}", "digugat {n} warga terkait {isu}",
        "menemukan penyimpangan {dana} pada {isu}",
    ),
    "neutral": (
        "membahas aturan baru {isu}", "mendata ulang {isu}", "menggelar rapat {isu}", "menjadwalkan pemeriksaan {isu}",
        "membuka posko {isu}",
        "mengajukan anggaran {dana} untuk {isu}", "mengundang warga membicarakan {isu}", "meninjau {isu} di {n} titik",
    ),
    "positive": (
        "menuntaskan {isu} lebih cepat dari jadwal", "meresmikan layanan {isu}", "menerima penghargaan atas {isu}",
        "menambah {dana} untuk {isu}",
        "menurunkan keluhan {isu} {persen}", "menggandeng {n} relawan dalam {isu}", "membebaskan biaya {isu}",
        "memperluas program {isu} ke {n} desa",
    ),
}  # fmt: skip

TITLES: Final = (
    "{dinas} {aksi} di {tempat}", "Soal {isu} di {tempat}, {dinas} {aksi}", "{harian}, {dinas} {aksi}",
    "Warga {tempat} Menanti Kepastian {isu}",
    "{n} Titik di {tempat} Jadi Perhatian {isu}", "{isu} di {tempat}: {dinas} {aksi}",
    "Dari {desa} hingga {jalan}, Cerita {isu}",
    "Begini Perkembangan {isu} di {tempat} Setelah {lama}", "Anggaran {dana} untuk {isu} {tempat}",
    "{isu} Kembali Dibahas, {dinas} {aksi}",
)  # fmt: skip

LEADS: Final = (
    "{dinas} {kab} {aksi} di {tempat}, {harian}.",
    "Persoalan {isu} di {tempat} kembali mengemuka setelah {dinas} {kab} {aksi}.",
    "Setelah {lama}, {isu} di {tempat} memasuki babak baru.",
    "Sebanyak {besar} warga {tempat} terkait langsung dengan {isu} yang dibahas {harian}.",
    "Suasana balai {desa} ramai sejak {jam} ketika {isu} dibicarakan terbuka.",
    "{dinas} {kab} {aksi}, demikian disampaikan dalam pertemuan di {jalan}.",
    "Perhatian warga {tempat} tertuju pada {isu} setelah laporan {n} keluarga diterima {dinas}.",
)  # fmt: skip

DETAILS: Final[dict[str, tuple[str, ...]]] = {
    "negative": (
        "Di {desa}, {n} keluarga terdampak dan harus mengeluarkan {rp} tambahan setiap hari.",
        "Keluhan serupa datang dari {blok} yang sudah menunggu {lama}.",
        "Data yang dihimpun menunjukkan kenaikan {persen} dibanding bulan lalu.",
        "Petugas baru datang {jam} setelah warga menghubungi {n} kali.",
        "Kerugian sementara ditaksir {dana}.", "Akibatnya, kegiatan warga di {jalan} terhenti {lama}.",
        "Sebagian warga memilih menanggung sendiri biaya {rp}.",
        "Papan proyek di {jalan} tidak lagi terbaca dan pekerjanya tidak terlihat sejak {harian}.",
        "Dari {n} laporan, hanya sebagian kecil yang dijawab.",
        "Kondisi terparah terlihat di {desa} dekat {jalan}.", "Antrean mengular sejak {jam} tanpa penjelasan petugas.",
    ),
    "neutral": (
        "Pertemuan di {desa} dihadiri {n} perwakilan RT dan berlangsung sampai {jam}.",
        "Tahap pertama mencakup {blok} dan sekitarnya.", "Anggaran yang diusulkan mencapai {dana}.",
        "Warga dapat menyampaikan masukan di {jalan} sampai {harian}.", "Sebanyak {besar} berkas masih diperiksa.",
        "Jadwal lengkap dipasang di balai {desa}.",
        "Pendataan dilakukan {n} petugas selama {lama}.", "Jalur alternatif disediakan melalui {jalan}.",
        "Aturan itu berlaku mulai {harian} dan akan ditinjau setelah {lama}.",
        "Porsinya sekitar {persen} dari seluruh kegiatan tahun ini.", "Hasil pemeriksaan diumumkan {harian} depan.",
    ),
    "positive": (
        "Warga {desa} kini hanya menunggu {n} menit, jauh lebih singkat daripada sebelumnya.",
        "Keluhan turun {persen} dalam {lama}.", "Sebanyak {besar} orang telah merasakan manfaatnya.",
        "Pekerjaan di {jalan} rampung lebih cepat dan menghemat {dana}.",
        "Gotong royong {blok} membuat biaya tinggal {rp} per keluarga.",
        "Anak-anak {desa} tampak antusias sejak {jam}.",
        "Relawan dari {n} desa ikut membantu tanpa imbalan.", "Pendapatan pedagang di {jalan} naik {persen}.",
        "Tidak ada pungutan apa pun, kata warga {blok}.",
        "Layanan serupa segera dibuka di {desa}.", "Tim lapangan tetap bersiaga sampai {jam}.",
    ),
}  # fmt: skip

QUOTES: Final[dict[str, tuple[str, ...]]] = {
    "negative": (
        "\"Kami minta maaf, penanganan {isu} memang belum sesuai harapan,\" kata {pejabat} dari {dinas}.",
        "\"Sudah {lama} kami menunggu, jawabannya selalu sama,\" ujar {pejabat}, warga {blok}.",
        "\"Jangan sampai {isu} memakan korban dulu,\" kata {pejabat} di {desa}.",
        "Menurut {pejabat}, kekurangan tenaga menjadi kendala utama {isu}.",
        "\"Setiap hari kami rugi {rp},\" tutur {pejabat} yang berjualan di {jalan}.",
        "{pejabat} menilai laporan soal {isu} tidak pernah ditanggapi sungguh-sungguh.",
    ),
    "neutral": (
        "\"Semua masukan tentang {isu} kami catat,\" kata {pejabat} dari {dinas}.",
        "Menurut {pejabat}, keputusan menunggu rapat {harian} depan.",
        "\"Kami menyesuaikan dengan kebutuhan warga {desa},\" ujar {pejabat}.",
        "{pejabat} menjelaskan bahwa {isu} melibatkan {n} instansi.",
        "\"Silakan datang ke {jalan} bila ada pertanyaan,\" kata {pejabat}.",
        "{pejabat} menyebut pembahasan {isu} dimulai {lama} lalu.",
    ),
    "positive": (
        "\"Ini hasil kerja bersama warga {desa},\" kata {pejabat} dari {dinas}.",
        "\"Sekarang urusan {isu} mudah sekali,\" ujar {pejabat}, warga {blok}.",
        "Menurut {pejabat}, capaian {isu} melampaui target {persen}.",
        "\"Kami ingin {isu} dirasakan sampai {desa},\" tutur {pejabat}.",
        "{pejabat} berterima kasih kepada {n} relawan yang terlibat.",
        "\"Anak saya senang sekali,\" kata {pejabat} ditemui di {jalan}.",
    ),
}  # fmt: skip

BACKGROUND: Final = (
    "Wilayah {tempat} memiliki {besar} keluarga yang tersebar di {n} dusun.",
    "Pembicaraan tentang {isu} bermula {lama} lalu dari usulan warga {desa}.",
    "Tahun lalu anggaran untuk {isu} tercatat {dana}.",
    "Kabupaten {kab} menargetkan {persen} desa terlayani pada akhir tahun.",
    "Jalur {jalan} dikenal sebagai penghubung utama ke {desa}.",
    "Sebelumnya, {dinas} mencatat {besar} laporan sepanjang tahun.",
    "Dua kecamatan lain menghadapi hal serupa dengan skala lebih kecil.",
    "Musim hujan yang lebih panjang ikut memengaruhi jadwal {isu}.", "Sejumlah mahasiswa membantu pendataan di {blok}.",
    "Kegiatan {harian} itu merupakan yang ke-{n} sejak awal tahun.",
    "Dewan meminta laporan tertulis paling lambat {harian} depan.",
    "Paguyuban warga {desa} telah menyusun catatan sendiri.",
)  # fmt: skip

CLOSINGS: Final = (
    "Warga diminta memantau pengumuman resmi di kantor kecamatan.", "Pembahasan dilanjutkan {harian} {jam}.",
    "Hingga berita ini ditulis, petugas masih berada di {desa}.",
    "{dinas} membuka pengaduan setiap hari kerja sampai {jam}.", "Hasil akhirnya dijadwalkan keluar dalam {lama}.",
    "Informasi lanjutan dapat ditanyakan di {jalan}.",
    "Pertemuan ditutup dengan doa bersama dan makan siang sederhana.", "Pemantauan berikutnya direncanakan di {blok}.",
)  # fmt: skip

OUTLETS: Final = (
    ("Warta Lembah", "wartalembah.simulasi.example"), ("Pelita Hulu", "pelitahulu.simulasi.example"),
    ("Suara Muara", "suaramuara.simulasi.example"), ("Koran Pendapa", "koranpendapa.simulasi.example"),
    ("Kanal Alun-alun", "kanalalunalun.simulasi.example"), ("Lensa Pesisir", "lensapesisir.simulasi.example"),
    ("Radio Kentrung", "radiokentrung.simulasi.example"),
)  # fmt: skip
"""Invented outlets: byline and host."""
