"""The words of the page Label: Indonesian, English."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "labels_title": ("Label", "Labels"),
    "lab_against": (
        "dua orang melabeli teks yang sama tanpa melihat label satu sama lain",
        "two people label the same text without seeing each other's label",
    ),
    "lab_part": ("Bagian", "Part"),
    "lab_part_label": ("Melabeli", "Label"),
    "lab_part_agree": ("Kesepakatan", "Agreement"),
    "lab_part_settle": ("Menetapkan", "Settle"),
    "lab_part_queue": ("Antrean", "Queues"),
    "lab_batch": ("Antrean", "Queue"),
    "lab_batch_line": ("{name} · {task}", "{name} · {task}"),
    "lab_task": ("Tugas", "Task"),
    "lab_task_sentiment": ("sentimen", "sentiment"),
    "lab_task_topic": ("topik", "topic"),
    "lab_task_hoax": ("dugaan hoaks", "likely hoax"),
    "lab_task_language": ("bahasa", "language"),
    "lab_none": ("Belum ada antrean.", "There is no queue yet."),
    "lab_none_hint": (
        "Susun satu di bagian Antrean: pilih tugas, cara menarik, dan banyaknya teks.",
        "Make one under Queues: choose a task, how to draw, and how many texts.",
    ),
    "lab_nobody": ("Halaman ini hanya untuk dibaca.", "This page is read only."),
    "lab_question_sentiment": ("Bagaimana perasaan teks ini?", "How does this text feel?"),
    "lab_question_topic": ("Teks ini tentang apa?", "What is this text about?"),
    "lab_question_hoax": ("Apakah ini klaim yang perlu diperiksa?", "Is this a claim that needs checking?"),
    "lab_question_language": ("Bahasa apa ini?", "Which language is this?"),
    "lab_number": ("Teks {place} dari {texts}", "Text {place} of {texts}"),
    "lab_masked": ("akun dan nomor disamarkan", "accounts and numbers are masked"),
    "lab_kind_post": ("unggahan", "post"),
    "lab_kind_comment": ("komentar", "comment"),
    "lab_kind_article": ("berita", "article"),
    "lab_unsure": ("Tidak tahu", "Cannot tell"),
    "lab_undo": ("Batalkan yang terakhir", "Take the last back"),
    "lab_skip": ("Lewati dulu", "Skip for now"),
    "lab_note": ("Catatan (boleh kosong, disimpan bersama label)", "Note (may be empty, kept with the label)"),
    "lab_keys": (
        "Tombol angka memberi label dan lanjut; 0 tidak tahu; Enter melewati; Backspace membatalkan yang terakhir. "
        "Setiap label langsung tersimpan.",
        "Number keys label and go on; 0 cannot tell; Enter skips; Backspace takes the last one back. Every label is "
        "kept at once.",
    ),
    "lab_kept": ("Tersimpan: {label}", "Kept: {label}"),
    "lab_undone": ("Label terakhir dibatalkan.", "The last label was taken back."),
    "lab_done": ("Tidak ada lagi yang perlu Anda labeli di antrean ini.", "Nothing is left for you in this queue."),
    "lab_done_hint": (
        "Label Anda: {mine}. Lihat bagian Kesepakatan dan Menetapkan, atau pilih antrean lain.",
        "Your labels: {mine}. See Agreement and Settle, or choose another queue.",
    ),
    "lab_closed": ("Antrean ini sudah ditutup.", "This queue is closed."),
    "lab_progress": (
        "{labels} dari {wanted} label · Anda: {mine}, sisa {left}",
        "{labels} of {wanted} labels · you: {mine}, {left} left",
    ),
    "lab_guide": ("Panduan", "Guideline"),
    "lab_guide_sentiment": (
        "Nilai **perasaan penulis dalam teks**, bukan pendapat Anda tentang peristiwanya.\n\n"
        "- **Negatif**: keluhan, marah, kecewa, takut, sindiran. *“Sudah tiga hari air mati, tidak ada kabar.”* "
        "*“Hebat sekali, jalan baru sebulan sudah berlubang.”*\n"
        "- **Netral**: kabar, pertanyaan, jadwal, kutipan tanpa rasa. *“Loket buka pukul 08.00 besok?”*\n"
        "- **Positif**: terima kasih, pujian, lega, harapan yang senang. *“Petugasnya ramah, cepat selesai.”*\n\n"
        "Campuran: pilih yang paling kuat. Berita buruk yang disampaikan datar tetap **netral**.",
        "Judge the **writer's feeling in the text**, not your own view of what happened.\n\n"
        "- **Negative**: complaint, anger, disappointment, fear, sarcasm. *“No water for three days, no word.”*\n"
        "- **Neutral**: news, questions, times, quotes without feeling. *“Does the desk open at 8 tomorrow?”*\n"
        "- **Positive**: thanks, praise, relief. *“Friendly staff, done quickly.”*\n\n"
        "Mixed: take the stronger one. Bad news told flatly stays **neutral**.",
    ),
    "lab_guide_topic": (
        "Pilih **urusan utama** teks: kalau hanya boleh satu dinas yang menjawab, dinas mana?\n\n"
        "- *“Jembatan Kali Randu retak lagi”*: **infrastruktur**, walau penyebabnya banjir.\n"
        "- *“Banjir merendam tiga desa”*: **lingkungan, bencana**.\n"
        "- *“Harga cabai naik dua kali lipat”*: **ekonomi**.\n"
        "- *“Antrean puskesmas sampai siang”*: **kesehatan**.\n\n"
        "**Lainnya**: obrolan, hiburan, jual beli, yang tidak menyangkut urusan mana pun.",
        "Choose the **main matter**: if only one agency could answer, which?\n\n"
        "- *“The Randu bridge is cracked again”*: **infrastructure**, even if a flood did it.\n"
        "- *“Flood in three villages”*: **environment, disaster**.\n"
        "- *“Chili prices doubled”*: **economy**.\n\n"
        "**Other**: chat, entertainment, selling, nothing of any agency's.",
    ),
    "lab_guide_hoax": (
        "Label ini **data latih, bukan putusan**. Putusan dibuat di Meja Hoaks oleh dua orang.\n\n"
        "- **Mirip hoaks**: klaim yang dapat diperiksa dan bergaya pesan palsu: hadiah, ancaman, “sebarkan sebelum "
        "dihapus”, kutipan tanpa sumber. *“Bansos 2 juta, klik tautan ini sebelum jam 12 malam!!”*\n"
        "- **Lain**: pendapat, keluhan, candaan, kabar dengan sumber jelas. *“Menurut saya pasar itu sepi.”*\n\n"
        "Jangan mencari tahu di luar teks: model juga hanya membaca teksnya.",
        "This is **training data, no verdict**. Verdicts are made at the hoax desk by two people.\n\n"
        "- **Looks like a hoax**: a claim that can be checked, written like a false message: prizes, threats, “share "
        "before it is deleted”. *“2 million in aid, click before midnight!!”*\n"
        "- **Other**: opinion, complaint, joke, news with a clear source.\n\n"
        "Do not look anything up: the model reads nothing but the text either.",
    ),
    "lab_guide_language": (
        "Pilih bahasa **sebagian besar kata** dalam teks.\n\n"
        "- *“Banyune durung mili wis telung dina”*: **Jawa**.\n"
        "- *“Caina teu ngocor ti kamari”*: **Sunda**.\n"
        "- *“Airnya belum nyala, capek deh”*: **Indonesia**; kata gaul tetap Indonesia.\n\n"
        "Satu dua kata daerah dalam kalimat Indonesia tetap **Indonesia**. Bahasa asing: **lainnya**.",
        "Choose the language of **most words**.\n\n"
        "- *“Banyune durung mili wis telung dina”*: **Javanese**.\n"
        "- *“Caina teu ngocor ti kamari”*: **Sundanese**.\n"
        "- Slang stays **Indonesian**. One or two regional words in an Indonesian sentence: **Indonesian**.",
    ),
    "lab_value_hoax": ("Mirip hoaks", "Looks like a hoax"),
    "lab_value_lain": ("Lain", "Other"),
    "lab_value_id": ("Indonesia", "Indonesian"),
    "lab_value_jv": ("Jawa", "Javanese"),
    "lab_value_su": ("Sunda", "Sundanese"),
    "lab_value_min": ("Minang", "Minangkabau"),
    "lab_value_bjn": ("Banjar", "Banjar"),
    "lab_value_bew": ("Betawi", "Betawi"),
    "lab_value_mad": ("Madura", "Madurese"),
    "lab_agree": ("Seberapa sepakat kedua orang?", "How far do the two people agree?"),
    "lab_agree_against": ("{units} teks dilabeli dua orang", "{units} texts labelled by two"),
    "lab_agree_all": ("Semua antrean tugas ini", "All queues of this task"),
    "lab_few": (
        "Belum cukup: baru {units} teks dilabeli dua orang; perlu {least}.",
        "Not enough yet: {units} texts labelled by two; {least} are needed.",
    ),
    "lab_alpha": ("alpha Krippendorff", "Krippendorff's alpha"),
    "lab_kappa": ("kappa Cohen", "Cohen's kappa"),
    "lab_range": ("antara {low} dan {high}", "between {low} and {high}"),
    "lab_equal": ("sama pada {equal} dari {units} teks", "equal on {equal} of {units} texts"),
    "lab_told_unsure": ("{count} teks dijawab tidak tahu", "{count} texts answered cannot tell"),
    "lab_level_good": ("cukup untuk menyimpulkan", "enough to conclude from"),
    "lab_level_fair": ("cukup untuk kesimpulan sementara", "enough for tentative conclusions"),
    "lab_level_poor": (
        "belum cukup: bahas teks yang berbeda, perjelas panduan",
        "not enough: discuss what differs, sharpen the guideline",
    ),
    "lab_by_label": ("Per label", "By label"),
    "lab_col_label": ("Label", "Label"),
    "lab_col_alpha": ("Alpha (95 %)", "Alpha (95 %)"),
    "lab_col_specific": ("Diikuti yang lain", "Joined by the other"),
    "lab_col_said": ("Disebut", "Said"),
    "lab_confusion": ("Pasangan label pada teks yang sama", "Pairs of labels on the same text"),
    "lab_confusion_against": ("di luar diagonal: berbeda", "off the diagonal: they differ"),
    "lab_pairs": ("Tiap dua orang", "Each two people"),
    "lab_person": ("Pelabel {letter}", "Labeller {letter}"),
    "lab_settle_ready": ("{count} teks dilabeli sama", "{count} texts labelled the same"),
    "lab_settle_ready_do": ("Tetapkan {count} label yang sama", "Settle {count} equal labels"),
    "lab_settle_ready_none": (
        "Belum ada label yang sama untuk ditetapkan.",
        "There are no equal labels to settle yet.",
    ),
    "lab_settle_hint": (
        "Yang ditetapkan menjadi label orang: pencarian menghitungnya sebelum label model, dan ia menjadi data latih.",
        "What is settled becomes a person's label: searches count it before a model's, and it is training data.",
    ),
    "lab_settle_hint_hoax": (
        "Label latih hoaks tidak masuk ke pencarian: ia bukan putusan.",
        "A training label for hoaxes is not shown in searches: it is no verdict.",
    ),
    "lab_apart": ("{count} teks belum sepakat", "{count} texts are not agreed on"),
    "lab_apart_against": ("diputus berdua, atau oleh orang ketiga", "settled by the two, or by a third person"),
    "lab_apart_none": ("Tidak ada yang berbeda.", "Nothing differs."),
    "lab_apart_none_hint": ("Semua teks yang selesai dilabeli sepakat.", "All finished texts are agreed on."),
    "lab_settle_value": ("Label yang ditetapkan", "Label to settle"),
    "lab_settle_none": ("Tidak satu pun label cocok", "None of the labels fits"),
    "lab_settle_do": ("Tetapkan", "Settle"),
    "lab_settled_count": ("{settled} dari {texts} teks sudah ditetapkan", "{settled} of {texts} texts are settled"),
    "lab_queues": ("Antrean", "Queues"),
    "lab_queues_against": ("terbaru di atas", "newest first"),
    "lab_new": ("Susun antrean baru", "Make a new queue"),
    "lab_new_size": ("Banyaknya teks", "How many texts"),
    "lab_new_rule": ("Cara menarik", "How to draw"),
    "lab_rule_random": ("acak", "by chance"),
    "lab_rule_doubt": ("yang diragukan model", "where the model is unsure"),
    "lab_new_search": ("Hanya dari pencarian tersimpan", "Only from a saved search"),
    "lab_new_any": ("semua", "everything"),
    "lab_new_source": ("Hanya dari sumber (nama, boleh kosong)", "Only from a source (name, may be empty)"),
    "lab_new_days": ("Terbit dalam (hari)", "Published within (days)"),
    "lab_new_overlap": ("Dilabeli dua orang (%)", "Labelled by two (%)"),
    "lab_new_name": ("Nama (boleh kosong)", "Name (may be empty)"),
    "lab_new_do": ("Tarik teks", "Draw texts"),
    "lab_made": ("Antrean {name}: {texts} teks.", "Queue {name}: {texts} texts."),
    "lab_refused": ("Belum dapat dilakukan.", "This cannot be done yet."),
    "lab_close": ("Tutup antrean ini", "Close this queue"),
    "lab_export": ("Unduh data latih ({task})", "Download training data ({task})"),
    "lab_export_make": ("Siapkan data latih ({task})", "Prepare training data ({task})"),
    "lab_export_hint": (
        "Label yang ditetapkan dan koreksi di halaman lain, dengan nama samaran pelabel. Yang disisihkan untuk "
        "mengukur model tidak ikut.",
        "Settled labels and corrections made on other pages, labellers under pseudonyms. What is kept to measure the "
        "models is left out.",
    ),
    "lab_line_counts": (
        "{texts} teks · {labels}/{wanted} label · {settled} ditetapkan",
        "{texts} texts · {labels}/{wanted} labels · {settled} settled",
    ),
    "lab_line_from": ("{rule}, dari {candidates} calon", "{rule}, from {candidates} candidates"),
    "lab_closed_mark": ("ditutup", "closed"),
    "lab_meaning": ("Apa arti angka di halaman ini?", "What do the numbers on this page mean?"),
    "lab_meaning_text": (
        "**Alpha Krippendorff** (data nominal) dan **kappa Cohen**: 1 berarti selalu sama, 0 berarti tidak lebih dari "
        "kebetulan. Krippendorff menyarankan 0,8 untuk menyimpulkan dan 0,667 untuk kesimpulan sementara. Selang 95 % "
        "dari 500 contoh ulang atas teks. *Tidak tahu* dihitung sebagai tidak menjawab. **Diikuti yang lain**: bila "
        "satu orang menyebut label itu, seberapa sering orang lainnya juga (kesepakatan khusus). Di bawah {least} teks "
        "tidak ada angka.\n\nYang ditarik: unggahan, komentar, dan untuk topik juga berita; tidak pernah aduan. Satu "
        "teks untuk setiap pesan yang disalin. Contoh bulanan pengukur model dan baris uji model tidak pernah ditarik. "
        "*Acak* membagi menurut sumber; hanya antrean acak yang dapat menaksir kesalahan model.",
        "**Krippendorff's alpha** (nominal) and **Cohen's kappa**: 1 is always equal, 0 is no more than chance. "
        "Krippendorff suggests 0.8 to conclude from and 0.667 for tentative conclusions. 95 % intervals from 500 "
        "resamples over texts. *Cannot tell* counts as no answer. **Joined by the other**: where one says the label, "
        "how often the other does too (specific agreement). Under {least} texts there is no figure.\n\nDrawn are "
        "posts, comments, and articles for topics; never complaints. One text of every copied message. The monthly "
        "samples and the models' test rows are never drawn. *By chance* spreads over sources; only such a queue can "
        "estimate a model's errors.",
    ),
}
