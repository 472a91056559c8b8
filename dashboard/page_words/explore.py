"""The words of the page Jelajah, of exports, and of accounts wherever they are shown: Indonesian, English."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "explore_title": ("Jelajah", "Explore"),
    # the line
    "explore_query": ("Kata atau kueri (tekan / untuk mulai mengetik)", "Words or query (press / to start typing)"),
    "explore_ask": ("Cari", "Search"),
    "explore_size": ("{count} dokumen, {first}–{last}", "{count} documents, {first}–{last}"),
    "explore_read_as": ("dibaca", "read as"),
    "explore_normalised": ("dinormalkan", "normalised"),
    "explore_documents": ("dokumen", "documents"),
    # parts and tools
    "explore_part": ("Bagian", "Part"),
    "explore_part_isi": ("Isi", "Content"),
    "explore_part_banding": ("Bandingkan", "Compare"),
    "explore_part_simpanan": ("Tersimpan", "Saved"),
    "explore_step": ("Per", "By"),
    "explore_step_hari": ("per hari", "by day"),
    "explore_step_jam": ("per jam", "by hour"),
    "explore_alert": ("Jadikan peringatan", "Make an alert of it"),
    "explore_refused": ("Tidak tersimpan", "Not saved"),
    # the builder
    "explore_build": ("Susun kueri", "Build a query"),
    "explore_build_fault": ("Perbaiki dahulu kuerinya:", "Mend the query first:"),
    "explore_build_any": ("semua", "any"),
    "explore_build_all": ("Semua kata ini", "All of these words"),
    "explore_build_all_eg": ("banjir jalan", "banjir jalan"),
    "explore_build_words": ("Salah satu kata ini", "Any of these words"),
    "explore_build_words_eg": ("rob genang*", "rob genang*"),
    "explore_build_phrase": ("Frasa persis", "Exact phrase"),
    "explore_build_phrase_eg": ("beras mahal", "beras mahal"),
    "explore_build_none": ("Tanpa kata ini", "None of these words"),
    "explore_build_none_eg": ("jakarta", "jakarta"),
    "explore_build_near": ("Berdekatan", "Near each other"),
    "explore_build_near_eg": ("kapal", "kapal"),
    "explore_build_near_to": ("dengan", "with"),
    "explore_build_near_to_eg": ("karam", "karam"),
    "explore_build_distance": ("paling banyak kata di antaranya", "at most words between"),
    "explore_build_sumber": ("Sumber", "Source"),
    "explore_build_jenis": ("Jenis", "Kind"),
    "explore_build_sentimen": ("Sentimen", "Sentiment"),
    "explore_build_topik": ("Topik", "Topic"),
    "explore_build_wilayah": ("Wilayah", "Region"),
    "explore_build_hoaks": ("Dugaan hoaks", "Suspected hoax"),
    "explore_build_alias": ("Daftar alias", "Alias list"),
    "explore_build_also": ("Dan juga (ditulis sebagai kueri)", "And also (written as a query)"),
    "explore_build_also_eg": ("(a DAN b) ATAU c", "(a AND b) OR c"),
    "explore_build_do": ("Tulis dan cari", "Write and search"),
    # facets
    "explore_facets": ("Persempit", "Narrow"),
    "explore_facets_against": ("dokumen; klik untuk memilih", "documents; click to choose"),
    "explore_by_topik": ("Topik", "Topic"),
    "explore_by_sentimen": ("Sentimen", "Sentiment"),
    "explore_by_hoaks": ("Dugaan hoaks (terindikasi)", "Suspected hoax"),
    "explore_by_jenis": ("Jenis", "Kind"),
    "explore_by_wilayah": ("Wilayah", "Region"),
    "explore_by_sumber": ("Sumber", "Source"),
    "explore_by_tagar": ("Tagar", "Hashtag"),
    "explore_abstained": ("model ragu", "unsure"),
    "explore_none": ("belum diketahui", "not known"),
    "explore_hoax_hoax": ("terindikasi hoaks", "suspected hoax"),
    "explore_hoax_lain": ("tidak terindikasi", "not suspected"),
    "explore_kind_post": ("unggahan", "post"),
    "explore_kind_comment": ("komentar", "comment"),
    "explore_kind_article": ("berita", "article"),
    "explore_kind_complaint": ("aduan", "complaint"),
    "explore_kind_factcheck": ("cek fakta", "fact-check"),
    # posts, complaints, map
    "explore_folded": ("terbaru di atas, salinan dilipat ke ceritanya", "newest first, copies folded into their story"),
    "explore_shown": (
        "{cards} baris dari {shown} yang dibaca; seluruhnya {total} dokumen",
        "{cards} rows of {shown} read; {total} documents in all",
    ),
    "explore_most": (
        "Halaman ini membaca paling banyak {most} dokumen. Persempit, atau ekspor semuanya.",
        "This page reads at most {most} documents. Narrow the question, or export all of it.",
    ),
    "explore_story": (
        "cerita: {count} di koleksi, {folded} dilipat di sini",
        "story: {count} held, {folded} folded here",
    ),
    "explore_held": (
        "{count} kabar bahaya tidak disebut dugaan hoaks: instansi belum menjawab, atau sudah memastikannya benar.",
        "{count} rumours of danger are not called suspected hoaxes: an agency has not answered, or has confirmed them.",
    ),
    "explore_complaints": ("Aduan tentang hal yang sama", "Complaints about the same"),
    "explore_complaints_against": ("{count} aduan, terbaru di atas", "{count} complaints, newest first"),
    "explore_complaints_hidden": (
        "Isi aduan hanya untuk peran yang menanganinya; jumlahnya tetap terhitung di grafik.",
        "What complaints say is for the roles that handle them; the chart still counts them.",
    ),
    "explore_complaints_none": (
        "Tidak ada aduan yang cocok dengan pertanyaan ini dalam rentang ini.",
        "No complaint matches this question in this range.",
    ),
    "explore_map": ("Wilayah yang disebut", "Regions named"),
    "explore_map_against": ("% negatif dari unggahan yang terbaca", "% negative of the posts that were read"),
    "explore_map_none": (
        "Tidak satu pun unggahan di rentang ini menyebut wilayah di peta.",
        "No post of this range names a region of the map.",
    ),
    # comparison
    "explore_compare_ask": ("Bandingkan dengan", "Compare with"),
    "explore_compare_against": ("A adalah kueri di atas; paling banyak empat", "A is the query above; four at most"),
    "explore_compare_query": ("Kueri {letter}", "Query {letter}"),
    "explore_compare_saved": ("Ambil pencarian tersimpan", "Take a saved search"),
    "explore_compare_choose": ("ambil dari pencarian tersimpan", "take a saved search"),
    "explore_compare_day": ("Unggahan per hari", "Posts per day"),
    "explore_compare_hour": ("Unggahan per jam", "Posts per hour"),
    "explore_compare_axis": (
        "satu sumbu untuk semua; arsiran: tidak terkumpul",
        "one axis for all; hatched: not collected",
    ),
    "explore_compare_label": ("Unggahan tiap kueri menurut waktu", "Posts of each query over time"),
    "explore_compare_none": ("Tidak ada yang cocok dalam rentang ini.", "Nothing matches in this range."),
    "explore_compare_note": (
        "Persen negatif dari unggahan yang diputus model; rentangnya bila yang ragu semua atau tak satu pun negatif.",
        "Percent negative is of the posts the model decided; its range if all or none of the unsure were negative.",
    ),
    "explore_question": ("kueri", "query"),
    "explore_everything": ("semua dokumen", "all documents"),
    # saved searches
    "explore_save": ("Simpan dan bagikan", "Save and share"),
    "explore_save_empty": (
        "Tulis dahulu sebuah kueri, atau pilih sebuah saringan.",
        "Write a query first, or choose a filter.",
    ),
    "explore_save_name": ("Nama", "Name"),
    "explore_save_note": ("Catatan: untuk apa", "Note: what it is for"),
    "explore_save_do": ("Simpan pencarian", "Save the search"),
    "explore_link": ("Tautan ke halaman persis seperti ini", "Link to exactly this page"),
    "explore_saved": ("Pencarian tersimpan.", "Search saved."),
    "explore_restored": ("Pencarian dikembalikan.", "Search brought back."),
    "explore_archived": ("Pencarian diarsipkan.", "Search archived."),
    "explore_put_away": ("{name} diarsipkan.", "{name} was archived."),
    "explore_undo": ("Batalkan", "Undo"),
    "explore_saved_list": ("Pencarian tersimpan", "Saved searches"),
    "explore_saved_against": ("dipakai peringatan, kliping, dan nota dinas", "used by alerts, clippings and briefings"),
    "explore_saved_none": ("Belum ada pencarian tersimpan.", "No saved searches yet."),
    "explore_saved_none_hint": (
        "Tulis kueri di atas, lalu tekan Simpan dan bagikan.",
        "Write a query above, then press Save and share.",
    ),
    "explore_saved_by": ("{who}, {when}", "{who}, {when}"),
    "explore_saved_unreadable": (
        "Pencarian ini memakai saringan yang tidak dapat ditulis sebagai kueri; bukalah dari baris perintah.",
        "This search uses filters that no query can say; open it on the command line.",
    ),
    "explore_open": ("Buka", "Open"),
    "explore_change": ("Ubah", "Change"),
    "explore_swap": ("Ganti kuerinya dengan yang di atas", "Replace its query by the one above"),
    "explore_change_do": ("Simpan perubahan", "Save changes"),
    "explore_archive": ("Arsipkan", "Archive"),
    # export
    "export": ("Ekspor", "Export"),
    "export_what": (
        "{count} dokumen: persis yang ditemukan pertanyaan di layar ini, terbaru di atas.",
        "{count} documents: exactly what the question on this screen finds, newest first.",
    ),
    "export_form": ("Bentuk", "Form"),
    "export_named": ("Sertakan akun apa adanya", "With accounts as they are"),
    "export_named_help": (
        "Biasanya akun disamarkan. Apa adanya hanya bagi yang berhak mencari menurut akun, dengan alasan.",
        "Accounts are masked. As they are only for those who may search by account, with a reason.",
    ),
    "export_reason": ("Alasan (wajib bila akun disertakan)", "Reason (required with accounts)"),
    "export_do": ("Siapkan berkas", "Prepare the file"),
    "export_running": ("menulis berkas …", "writing the file …"),
    "export_done": ("{count} dokumen siap diunduh.", "{count} documents are ready."),
    "export_job": (
        "Lebih dari {limit} dokumen: pekerjaan {job} menulisnya, tautannya muncul di sini.",
        "More than {limit} documents: job {job} writes them, the link appears here.",
    ),
    "export_job_state": ("pekerjaan {job}: {done} dari {total}", "job {job}: {done} of {total}"),
    "export_refused": ("Tidak diekspor", "Not exported"),
    "export_files": ("Berkas Anda ({hours} jam)", "Your files ({hours} hours)"),
    "export_sidecar": ("keterangan", "about it"),
    # accounts
    "account_masked_hint": (
        "Akun disamarkan: halaman ini bukan tentang orang.",
        "Account masked: this page is not about a person.",
    ),
    "account_named_hint": ("Akun apa adanya, di dalam kasus.", "The account as it is, inside a case."),
    "account_figure_hint": ("Ditetapkan sebagai tokoh publik.", "Marked as a public figure."),
    "account_institution_hint": ("Ditetapkan sebagai lembaga.", "Marked as an institution."),
    "account_figure": ("tokoh publik", "public figure"),
    "account_institution": ("lembaga", "institution"),
    "account_none": ("tanda dicabut", "mark taken back"),
    "authors_why": ("Kueri ini mencari menurut akun.", "This query searches by account."),
    "authors_why_hint": (
        "Tulis untuk apa. Alasan, akun, dan nama Anda masuk catatan audit, lalu hasilnya tampil.",
        "Say what for. The reason, the accounts and your name go into the audit, then the answer is shown.",
    ),
    "authors_reason": ("Alasan", "Reason"),
    "authors_do": ("Catat alasan dan cari", "Record the reason and search"),
    "authors_refused": ("Pencarian menurut akun ditolak", "Searching by account was refused"),
    "authors_size": (
        "mencari menurut akun: tekan Cari, lalu tulis alasannya",
        "searches by account: press Search, then give the reason",
    ),
    "accounts_list": ("Akun yang ditampilkan dengan nama", "Accounts shown by name"),
    "accounts_list_against": (
        "tokoh publik dan lembaga; yang lain disamarkan",
        "public figures and institutions; others are masked",
    ),
    "accounts_none": ("Belum ada akun yang ditandai.", "No account is marked yet."),
    "accounts_none_hint": ("Semua akun disamarkan di luar kasus.", "All accounts are masked outside a case."),
    "accounts_history": ("Riwayat ({count})", "History ({count})"),
    "accounts_mark": ("Tandai akun", "Mark an account"),
    "accounts_account": ("Akun", "Account"),
    "accounts_kind": ("Sebagai", "As"),
    "accounts_reason": ("Alasan", "Reason"),
    "accounts_do": ("Tampilkan dengan nama", "Show by name"),
    "accounts_unmark": ("Cabut tanda", "Take a mark back"),
    "accounts_unmark_do": ("Samarkan lagi", "Mask again"),
    "accounts_import": ("Saluran yang dinyatakan sebagai sumber", "Channels declared as sources"),
    "accounts_import_choose": ("pilih yang milik lembaga", "choose those of institutions"),
    "accounts_import_reason": ("Saluran resmi yang dinyatakan sebagai sumber", "Official channel declared as a source"),
    "accounts_import_do": ("Tandai sebagai lembaga", "Mark as institutions"),
    "accounts_done": ("Tanda tersimpan.", "Mark saved."),
    "explore_about": (
        "**Jumlah dokumen** di bawah kueri mencakup semua jenis, juga yang dimasukkan tangan; **grafik dan persen** "
        "hanya menghitung unggahan dan komentar yang dikumpulkan mesin. Arsiran: tidak terkumpul, bukan sepi.\n\n"
        "**Label** berbingkai putus-putus terindikasi oleh model; yang padat ditetapkan orang. Rentang persen: bila "
        "semua, atau tidak satu pun, yang membuat model ragu termasuk label itu.\n\n"
        "**Salinan** sebuah pesan dilipat menjadi satu baris di tempat salinan terbarunya.\n\n"
        "**Akun** disamarkan di luar kasus, kecuali tokoh publik dan lembaga. Mencari menurut akun meminta alasan dan "
        "tercatat. Bahasa kuerinya ada di dokumentasi (`docs/query.md`).",
        "The **number of documents** below the query is of all kinds, those entered by hand too; **chart and percent** "
        "count only posts and comments that a machine collected. Hatched means not collected, not silence.\n\n"
        "**Labels** with a dashed border are suspected by a model; solid ones were decided by a person. The range of a "
        "percentage: if all, or none, of what the model was unsure about had that label.\n\n"
        "**Copies** of a message are folded into one row, where its newest copy stands.\n\n"
        "**Accounts** are masked outside a case, but for public figures and institutions. Searching by account asks "
        "for a reason and is recorded. The query language is in the documentation (`docs/query.md`).",
    ),
}
