"""The words of answering, capturing and building on the page Kasus dan bukti: Indonesian, English."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "cases_not_done": ("Belum tersimpan", "Not saved"),
    "cases_done": ("Tersimpan.", "Saved."),
    # questions
    "cases_questions": ("Pertanyaan hukum", "The law's questions"),
    "cases_questions_against": ("{left} dari {total} belum dijawab", "{left} of {total} not answered"),
    "cases_questions_note": (
        "Jawaban tidak pernah dihapus: yang terbaru berlaku, yang lama tetap tercatat di rantai penjagaan.",
        "An answer is never removed: the newest counts, the earlier stay in the chain of custody.",
    ),
    "cases_questions_reader": (
        "Yang menjawab dan membuat paket adalah staf hukum. Anda dapat membaca jawabannya di sini.",
        "Legal staff answer and build the package. You can read their answers here.",
    ),
    "cases_way": ("Jalur penyerahan", "Way it is handed over"),
    "cases_way_reason": ("Alasan memilih jalur ini (boleh kosong)", "Reason for this way (may be empty)"),
    "cases_way_choose": ("Tetapkan jalur ini", "Choose this way"),
    "cases_way_chosen": ("Jalur ini ditetapkan {time} oleh {name}.", "This way was chosen {time} by {name}."),
    "cases_question_open": ("belum dijawab", "not answered"),
    "cases_question_again": ("jawab kembali", "answer again"),
    "cases_question_again_note": (
        "Buku aturan berubah sesudah ini dijawab; jawablah kembali.",
        "The rulebook changed after this was answered; answer it again.",
    ),
    "cases_articles": ("Dasarnya: {articles}", "It rests on: {articles}"),
    "cases_answer_said": ("{name}, {time}: {reason}", "{name}, {time}: {reason}"),
    "cases_answer_before": ("Jawaban sebelumnya", "Earlier answers"),
    "cases_answer_date": ("Tanggal", "Date"),
    "cases_answer_reason": ("Alasan, dengan bukti atau rujukannya", "Reason, with its evidence or reference"),
    "cases_answer_save": ("Simpan jawaban", "Save the answer"),
    "cases_answer_choose": ("Pilih salah satu jawaban dahulu.", "Choose one of the answers first."),
    # what stands in the way
    "cases_build": ("Paket bukti", "The package"),
    "cases_build_against": ("lewat jalur “{label}”", "by the way “{label}”"),
    "cases_build_do": ("Buat paket", "Build the package"),
    "cases_build_missing": ("Yang masih kurang sebelum paket dapat dibuat:", "What is missing before it can be built:"),
    "cases_build_ready": (
        "Semua yang diminta sudah ada. Paket disegel, diberi cap waktu, lalu diperiksa sendiri sebelum dapat diunduh.",
        "All that is asked is there. The package is sealed, time-stamped and checked before it can be downloaded.",
    ),
    "cases_build_there": (
        "Paket kasus ini sudah ada dan tidak pernah ditimpa. Yang baru dibuat di folder lain: {command}",
        "The package of this case is there and never overwritten. A new one goes to another folder: {command}",
    ),
    "cases_build_started": ("Paket sedang dibuat.", "The package is being built."),
    "cases_miss_closed": ("Kasus ini sudah ditutup; buka kembali dahulu.", "The case is closed; reopen it first."),
    "cases_miss_documents": ("Belum ada unggahan yang diamankan.", "No post has been secured."),
    "cases_miss_verdict": (
        "Belum ada putusan dua orang bahwa sebuah unggahan di sini salah atau menyesatkan (di Meja hoaks).",
        "No two persons have decided yet that a post in here is false or misleading (at the hoax desk).",
    ),
    "cases_miss_route": ("Jalur ini belum ditetapkan.", "This way has not been chosen."),
    "cases_miss_other": ("Jalur yang ditetapkan: “{label}”.", "The way that was chosen: “{label}”."),
    "cases_miss_answer": ("Belum dijawab: {question}", "Not answered: {question}"),
    "cases_miss_again": ("Jawab kembali: {question}", "Answer again: {question}"),
    # jobs
    "cases_job_build": ("Membuat paket", "Building the package"),
    "cases_job_capture": ("Menangkap halaman", "Capturing the page"),
    "cases_job_queued": ("menunggu", "waiting"),
    "cases_job_running": ("berjalan", "running"),
    "cases_job_done": ("selesai", "done"),
    "cases_job_failed": ("gagal", "failed"),
    "cases_job_cancelled": ("dibatalkan", "cancelled"),
    "cases_job_log": ("Catatan pekerjaan {number}", "Log of job {number}"),
    # capture
    "cases_capture_which": ("Halaman dari unggahan mana?", "The page of which post?"),
    "cases_capture_do": ("Tangkap halaman", "Capture the page"),
    "cases_capture_started": ("Halaman sedang ditangkap.", "The page is being captured."),
    # opening and changing
    "cases_new": ("Buka kasus tanpa unggahan", "Open a case without a post"),
    "cases_new_title": ("Judul kasus", "Title of the case"),
    "cases_new_purpose": ("Tujuan: untuk apa datanya dikumpulkan", "Purpose: what its data are collected for"),
    "cases_new_do": ("Buka kasus", "Open the case"),
    "cases_describe": ("Ubah judul dan tujuan", "Change title and purpose"),
    "cases_describe_do": ("Simpan", "Save"),
    "cases_change": ("Tahan, tutup, atau buka kembali", "Hold, close or reopen"),
    "cases_change_which": ("Yang dilakukan", "What is done"),
    "cases_change_hold": ("Tahan (penahanan hukum)", "Put on legal hold"),
    "cases_change_release": ("Lepaskan dari penahanan", "Release from the hold"),
    "cases_change_close": ("Tutup kasus", "Close the case"),
    "cases_change_reopen": ("Buka kembali", "Reopen the case"),
    "cases_change_reason": ("Alasan", "Reason"),
    "cases_change_do": ("Lakukan", "Do it"),
}
