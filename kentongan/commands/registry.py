"""The commands by name, each with its module and its line of help; imports none of them."""

from __future__ import annotations

COMMANDS: dict[str, tuple[str, str]] = {
    "crawl": ("crawl", "kumpulkan sekali dari semua sumber, atau dari sumber yang disebut"),
    "watch": ("watch", "jalankan semua sumber pada jadwalnya dan klasifikasikan yang baru"),
    "import": ("import_file", "masukkan sebuah berkas (CSV, XLSX, JSON lines, ekspor 4CAT dan Zeeschuimer)"),
    "add": ("add", "tambah satu unggahan dengan tangan (Facebook, TikTok, Instagram, WhatsApp)"),
    "score": ("score", "klasifikasikan apa yang belum dibaca model yang berlaku"),
    "search": ("search", "cari dokumen, terbaru di atas"),
    "query": ("query", "periksa sebuah kueri dan perkirakan hasilnya; daftar alias"),
    "count": ("count", "hitung dokumen per jam, hari, sentimen, topik, wilayah, ..."),
    "export": ("export", "simpan semua yang cocok ke berkas CSV, JSONL, atau Parquet"),
    "predict": ("predict", "sentimen dan topik untuk teks di sebuah berkas JSONL"),
    "duplicates": ("duplicates", "kelompokkan salinan dan varian pesan di sebuah berkas JSONL"),
    "match": ("match", "cari cek fakta untuk setiap teks di sebuah berkas JSONL"),
    "stories": ("stories", "cerita: salinan dan varian satu pesan; susun, lihat, gabungkan, pisahkan"),
    "spread": ("spread", "penyebaran sebuah cerita: waktu, platform, akun, tautan, cek fakta"),
    "coordination": ("coordination", "cari akun yang bergerak bersama di luar kebetulan, dengan unggahan di baliknya"),
    "verdicts": ("verdicts", "putusan dua orang atas sebuah cerita, dan klarifikasinya"),
    "cases": ("cases", "kasus: buka, lihat, tahan, tutup; isinya dan rantai penjagaannya"),
    "evidence": ("evidence", "bukti: amankan, tangkap, tanya hukum, buat paket, periksa paket"),
    "tips": ("tips", "laporan dugaan hoaks dari warga: masukkan, cocokkan, jawab"),
    "extract": ("extract", "ambil artikel dari sebuah halaman HTML yang disimpan"),
    "models": ("models", "model: daftar, kartu, ukur, pilih, kembalikan"),
    "train": ("train", "latih model dari berkas TOML, periksa, dan daftarkan"),
    "drift": ("drift", "contoh bulanan untuk dilabeli, sentimen mingguan dengan galatnya, pergeseran model"),
    "sources": ("sources", "daftar sumber, apa yang ditolak, dan berkas mentah"),
    "users": ("users", "tambah dan kelola orang yang boleh masuk"),
    "audit": ("audit", "baca catatan siapa melakukan apa"),
    "jobs": ("jobs", "pekerjaan panjang: keadaan, log, pembatalan"),
    "store": ("store", "periksa, ukur, cadangkan, pulihkan, pangkas, salin, atau bangun ulang indeks"),
    "doctor": ("doctor", "apa yang kurang di mesin ini dan cara mendapatkannya"),
    "dashboard": ("dashboard", "buka dasbor di peramban"),
    "demo": ("demo", "coba semuanya dengan data contoh Kabupaten Tirtamaya"),
}
"""Name of a command: its module under ``kentongan.commands`` and its line in ``--help``."""
