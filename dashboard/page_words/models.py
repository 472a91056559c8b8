"""The words of the page Model: Indonesian, English."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "models_title": ("Model", "Models"),
    "mod_against": (
        "yang mana membaca apa, seberapa tepat, dan apakah bergeser",
        "which reads what, how well, and whether it drifts",
    ),
    "mod_part": ("Bagian", "Part"),
    "mod_part_models": ("Daftar dan kartu", "Registry and cards"),
    "mod_part_drift": ("Pergeseran", "Drift"),
    "mod_part_train": ("Latih", "Train"),
    "mod_list": ("Model yang mana dipakai?", "Which model is in use?"),
    "mod_list_against": ("yang dipakai di atas", "in use on top"),
    "mod_serves": ("membaca {tasks}", "reads {tasks}"),
    "mod_idle": ("tidak dipakai", "not in use"),
    "mod_own": ("sendiri", "own"),
    "mod_shipped": ("bawaan", "shipped"),
    "mod_broken": ("rusak", "damaged"),
    "mod_task_sentiment": ("sentimen", "sentiment"),
    "mod_task_topic": ("topik", "topic"),
    "mod_task_hoax": ("dugaan hoaks", "likely hoax"),
    "mod_task_language": ("bahasa", "language"),
    "mod_task_tone": ("nada berita", "tone of news"),
    "mod_since": ("{task}: {model}, sejak {time}", "{task}: {model}, since {time}"),
    "mod_since_shipped": ("{task}: {model}, sejak dipasang", "{task}: {model}, since installed"),
    "mod_card": ("Seberapa tepat {name} {version}?", "How well does {name} {version} read?"),
    "mod_card_against": ("dibuat {date}; baris uji tidak pernah dilihatnya", "made {date}; test rows it never saw"),
    "mod_mean": ("macro-F1, rata-rata potongan", "macro-F1, mean over slices"),
    "mod_col_slice": ("Potongan", "Slice"),
    "mod_col_rows": ("Baris", "Rows"),
    "mod_col_f1": ("Macro-F1 (95 %)", "Macro-F1 (95 %)"),
    "mod_col_accuracy": ("Tepat", "Accuracy"),
    "mod_col_calibration": ("Salah kalibrasi", "Calibration error"),
    "mod_col_coverage": ("Menjawab", "Answers"),
    "mod_more_slices": ("{count} potongan lain ada di kartu lengkap.", "{count} more slices are in the full card."),
    "mod_limits": ("Batas-batas (kartu ditulis dalam bahasa Inggris)", "Limits"),
    "mod_refused": ("Pemeriksa menolak model ini:", "The gate refuses this model:"),
    "mod_use": ("Pakai {name} untuk membaca", "Have {name} read"),
    "mod_use_tasks": ("Tugas", "Tasks"),
    "mod_reason": ("Alasan", "Reason"),
    "mod_use_do": ("Pakai model ini", "Use this model"),
    "mod_use_what": (
        "Berlaku untuk yang dibaca sejak sekarang. Label yang ada tetap bernama model lamanya dan tetap dihitung "
        "sampai model baru selesai membaca semuanya (bagian Latih, “Baca ulang semua”).",
        "Holds for what is read from now on. Labels that are there keep their model's name and go on counting until "
        "the new model has read everything (Train, “Read everything again”).",
    ),
    "mod_unmatched": (
        "Pakai juga bila tidak ada baris uji yang sama untuk membandingkan",
        "Use it even where no common test row can compare them",
    ),
    "mod_compare": ("Bandingkan dengan yang dipakai", "Compare with what is in use"),
    "mod_beside": (
        "{task}: {own} lawan {theirs} ({other}), selisih {low} sampai {high} atas {rows} baris uji bersama: {verdict}",
        "{task}: {own} against {theirs} ({other}), difference {low} to {high} on {rows} common test rows: {verdict}",
    ),
    "mod_beside_none": (
        "{task}: tidak ada baris uji yang sama dengan {other}.",
        "{task}: no test row in common with {other}.",
    ),
    "mod_verdict_better": ("lebih baik", "better"),
    "mod_verdict_worse": ("lebih buruk, akan ditolak", "worse, will be refused"),
    "mod_verdict_same": ("tidak terbedakan", "cannot be told apart"),
    "mod_back": ("Kembali ke pilihan sebelumnya", "Back to the choice before"),
    "mod_history": ("Riwayat pilihan", "History of choices"),
    "mod_history_none": ("Belum pernah diganti: model bawaan.", "Never changed: shipped models."),
    "mod_history_use": ("memakai {model}", "chose {model}"),
    "mod_history_back": ("mengembalikan pilihan", "went back"),
    "mod_done": ("Tersimpan.", "Done."),
    "mod_no": ("Belum dapat dilakukan.", "This cannot be done yet."),
    "mod_drift": ("Apakah label {task} bergeser?", "Have the labels of {task} moved?"),
    "mod_drift_against": (
        "{model}; minggu terakhir lawan empat minggu sebelumnya",
        "{model}; last week against the four before",
    ),
    "mod_drift_none": ("Belum ada yang dibaca model untuk tugas ini.", "No model has read anything for this task yet."),
    "mod_drift_none_hint": ("Jalankan `kentongan score`.", "Run `kentongan score`."),
    "mod_steady": ("Tidak tampak bergeser.", "No shift to be seen."),
    "mod_moved_labels": (
        "Sebaran label bergeser (indeks {index}, p {p}).",
        "The labels are distributed otherwise (index {index}, p {p}).",
    ),
    "mod_moved_silence": (
        "Model lebih sering tidak yakin: naik {points} poin (p {p}).",
        "The model keeps silent more often: up {points} points (p {p}).",
    ),
    "mod_moved_why": (
        "Peristiwa besar juga menggeser label tanpa model memburuk. Label orang di bawah yang menjawabnya.",
        "A large event moves labels too, with the model no worse. People's labels below decide.",
    ),
    "mod_too_few": (
        "Belum dapat dikatakan: {before} hari sebelumnya dan {last} hari terakhir cukup isinya; perlu 4 dan 4.",
        "Cannot be said: {before} days before and {last} of the last have enough in them; 4 and 4 are needed.",
    ),
    "mod_col_week": ("Minggu mulai", "Week from"),
    "mod_col_share": ("Label yang diberikan", "Labels given"),
    "mod_col_docs": ("Dokumen", "Documents"),
    "mod_col_silence": ("Tidak yakin", "Silent"),
    "mod_col_confidence": ("Keyakinan", "Confidence"),
    "mod_lost": ("{share} % tidak terkumpul", "{share} % not collected"),
    "mod_newest_week": ("Minggu terakhir: {shares}", "Last week: {shares}"),
    "mod_others": ("lainnya", "others"),
    "mod_rest": ("lainnya {share} %", "others {share} %"),
    "mod_judged": ("Seberapa sering orang tidak setuju dengan model?", "How often do people disagree with the model?"),
    "mod_judged_against": ("label yang ditetapkan lawan label model", "settled labels against the model's"),
    "mod_judged_none": (
        "Belum ada label yang ditetapkan untuk teks yang dibaca model ini.",
        "No settled label yet of a text this model read.",
    ),
    "mod_judged_hint": ("Susun antrean acak di halaman Label.", "Draw a queue by chance on the page Labels."),
    "mod_judged_share": ("{share} % (antara {low} dan {high})", "{share} % (between {low} and {high})"),
    "mod_judged_few": (
        "{disagreed} dari {labels}; perlu 30 label untuk menaksir",
        "{disagreed} of {labels}; 30 labels are needed for an estimate",
    ),
    "mod_judged_random": (
        "Antrean acak: taksiran kesalahan model",
        "Drawn by chance: an estimate of the model's errors",
    ),
    "mod_judged_doubt": (
        "Yang diragukan model: bukan taksiran, ini bagian tersulit",
        "Where the model was unsure: no estimate, this is the hardest part",
    ),
    "mod_judged_pair": ("{model} → {people}: {count}", "{model} → {people}: {count}"),
    "mod_train": ("Latih model kecil", "Train a small model"),
    "mod_train_against": (
        "didaftarkan bila lolos pemeriksaan",
        "runs in the background; registered if the gate lets it in",
    ),
    "mod_recipe": ("Resep", "Recipe"),
    "mod_name": ("Nama model", "Name of the model"),
    "mod_own_labels": ("Belajar juga dari label orang di sini", "Learn also from people's labels here"),
    "mod_train_do": ("Mulai melatih", "Start training"),
    "mod_train_missing": (
        "Perlu {libraries}. Pasang: pip install 'kentongan[train]'",
        "Needs {libraries}. Install: pip install 'kentongan[train]'",
    ),
    "mod_train_none": ("Tidak ada resep.", "There is no recipe."),
    "mod_rescore": ("Baca ulang semua", "Read everything again"),
    "mod_rescore_hint": (
        "Model yang dipakai membaca yang belum dibacanya; labelnya dihitung setelah selesai.",
        "The models in use read what they have not read; their labels count once they are through.",
    ),
    "mod_jobs": ("Pekerjaan", "Jobs"),
    "mod_jobs_against": ("terbaru di atas", "newest first"),
    "mod_jobs_none": ("Belum ada pelatihan.", "No training yet."),
    "mod_jobs_none_hint": (
        "Yang dimulai di sini muncul di sini, dengan catatannya.",
        "What is started here appears here, with its log.",
    ),
    "mod_job_queued": ("menunggu", "waiting"),
    "mod_job_running": ("berjalan", "running"),
    "mod_job_done": ("selesai", "done"),
    "mod_job_failed": ("gagal", "failed"),
    "mod_job_cancelled": ("dibatalkan", "cancelled"),
    "mod_job_train": ("Melatih {name}", "Training {name}"),
    "mod_job_score": ("Membaca ulang", "Reading again"),
    "mod_job_stop": ("Batalkan", "Cancel"),
    "mod_job_log": ("Catatan pekerjaan {number}", "Log of job {number}"),
    "mod_job_open": ("Lihat {name} dan bandingkan", "See {name} and compare"),
    "mod_job_refresh": ("Muat ulang", "Refresh"),
    "mod_meaning": ("Apa arti angka di halaman ini?", "What do the numbers on this page mean?"),
    "mod_meaning_text": (
        "**Macro-F1**: rata-rata F1 semua label, 0 sampai 100; selang 95 % dari contoh ulang atas kelompok teks "
        "kembar. Baris uji ditinggalkan seluruhnya dari pelatihan. **Salah kalibrasi**: seberapa jauh peluang yang "
        "disebut dari kenyataan. **Menjawab**: bagian teks yang berani diputus model.\n\n**Pergeseran**: indeks "
        "stabilitas populasi (0,1 ke atas disebut bergeser, Siddiqi 2006) beserta nilai p dari membagi hari secara "
        "acak; hari yang setengah pengumpulannya hilang tidak ikut. Yang tidak terkumpul diarsir. Keyakinan: "
        "rata-rata peluang tertinggi dalam contoh acak, dengan selang 95 %. Ukuran lengkap dengan contoh bulanan: "
        "`kentongan drift --help`.",
        "**Macro-F1**: mean F1 over the labels, 0 to 100; 95 % interval from resampling groups of near-copies. Test "
        "rows were left out of training whole. **Calibration error**: how far stated chances lie from the truth. "
        "**Answers**: share of texts the model commits itself on.\n\n**Drift**: population stability index (0.1 and "
        "more is called a shift, Siddiqi 2006) with a p-value from dealing days by chance; days with half of the "
        "collection missing take no part. What was not collected is hatched. Confidence: mean of the best probability "
        "in a random sample, with its 95 % interval. In full, with monthly samples: `kentongan drift --help`.",
    ),
}
