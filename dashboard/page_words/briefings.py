"""The words of the page of the morning briefing: Indonesian, English. The paper itself is Indonesian."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "briefings_title": ("Ringkasan pagi", "Morning briefing"),
    "briefings_against": (
        "Nota dinas untuk pimpinan: setiap angka membuka asalnya",
        "The paper for leadership: every number opens where it is from",
    ),
    "briefings_days": ("Hari", "Days"),
    "briefings_days_against": ("terbaru di atas", "newest first"),
    "briefings_none": ("Belum ada nota dinas.", "No briefing yet."),
    "briefings_none_hint": (
        "Susun yang hari ini dengan tombol di kiri, atau `kentongan briefings make` setiap pagi.",
        "Write today's with the button on the left, or `kentongan briefings make` every morning.",
    ),
    "briefings_make": ("Susun nota hari ini", "Write today's briefing"),
    "briefings_remake": ("Susun ulang dengan data terkini", "Write it anew with the newest data"),
    "briefings_revise": ("Susun revisi baru", "Write a new revision"),
    "briefings_remake_lost": (
        "Perubahan kata-kata pada draf ini hilang.", "The changed words of this draft are lost."
    ),
    "briefings_made": ("{number} tersusun.", "{number} is written."),
    "briefings_refused": ("Belum dapat dilakukan.", "This cannot be done yet."),
    "briefings_state_draft": ("draf", "draft"),
    "briefings_state_signed": ("ditandatangani", "signed"),
    "briefings_edited": ("kata-katanya dibetulkan", "words edited"),
    "briefings_revision": ("revisi {revision}", "revision {revision}"),
    "briefings_made_by": ("disusun {time} oleh {name}", "written {time} by {name}"),
    "briefings_signed_by": ("ditandatangani {name}, {time}", "signed by {name}, {time}"),
    "briefings_sign_title": ("Tanda tangan", "Signature"),
    "briefings_sign_against": ("sesudah itu tidak berubah lagi", "nothing changes after it"),
    "briefings_sign": ("Tanda tangani", "Sign"),
    "briefings_signed": ("{number} ditandatangani.", "{number} is signed."),
    "briefings_sign_who": (
        "Menunggu pimpinan. Halaman ini bertindak atas nama {name} ({role}), yang tidak menandatangani.",
        "Waits for leadership. This page acts for {name} ({role}), who does not sign.",
    ),
    "briefings_sign_command": (
        "Pimpinan juga dapat memakai <code>kentongan briefings sign {id} --as NAMA</code>.",
        "Leadership may also use <code>kentongan briefings sign {id} --as NAME</code>.",
    ),
    "briefings_nobody": (
        "Belum ada orang yang bertindak di halaman ini (pengaturan dashboard_person).",
        "Nobody acts on this page yet (setting dashboard_person).",
    ),
    "briefings_digest": ("Sidik isi", "Digest of the content"),
    "briefings_files": ("Unduh", "Download"),
    "briefings_pdf": ("PDF", "PDF"),
    "briefings_html": ("HTML", "HTML"),
    "briefings_check_title": ("Periksa angka", "Check the numbers"),
    "briefings_check_against": ("{count} angka", "{count} numbers"),
    "briefings_check": ("Hitung ulang sekarang", "Compute again now"),
    "briefings_check_same": ("Semua {count} angka masih sama.", "All {count} numbers are still the same."),
    "briefings_check_differ": (
        "{differ} dari {count} angka berbeda sekarang, karena data yang datang kemudian:",
        "{differ} of {count} numbers differ now, because of data that came later:",
    ),
    "briefings_more": ("dan {count} lainnya", "and {count} others"),
    "briefings_edit_title": ("Betulkan kata-kata", "Edit the words"),
    "briefings_edit_against": ("angka tidak dapat diubah", "numbers cannot be changed"),
    "briefings_line": ("Baris", "Line"),
    "briefings_words": ("Bunyinya", "Its words"),
    "briefings_words_help": ("Kosongkan untuk menghapus baris itu.", "Leave empty to take the line out."),
    "briefings_keep_line": ("Simpan baris", "Keep the line"),
    "briefings_note": ("Catatan di bawah isi", "Note below the text"),
    "briefings_note_help": (
        "Angka di dalamnya harus angka yang ada di nota ini.", "Its numbers must be numbers of this paper."
    ),
    "briefings_keep_note": ("Simpan catatan", "Keep the note"),
    "briefings_head": ("Kepala surat", "Head"),
    "briefings_keep_head": ("Simpan kepala surat", "Keep the head"),
    "briefings_kept": ("Tersimpan.", "Kept."),
    "briefings_history": ("Riwayat", "History"),
    "briefings_act_made": ("disusun", "written"),
    "briefings_act_remade": ("disusun ulang", "written anew"),
    "briefings_act_edited": ("kata-katanya diubah", "words edited"),
    "briefings_act_signed": ("ditandatangani", "signed"),
}  # fmt: skip
