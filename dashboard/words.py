"""Every word the pages show, in Indonesian and in English."""

from __future__ import annotations

from typing import Literal

from dashboard.page_words import (
    admin,
    alerts,
    briefings,
    cases,
    clippings,
    complaints,
    decisions,
    explore,
    hoaxes,
    home,
    incidents,
    issues,
    labels,
    models,
    regions,
    sources,
)

Language = Literal["id", "en"]

WORDS: dict[str, tuple[str, str]] = {
    **admin.WORDS,
    **alerts.WORDS,
    **briefings.WORDS,
    **cases.WORDS,
    **clippings.WORDS,
    **complaints.WORDS,
    **decisions.WORDS,
    **explore.WORDS,
    **home.WORDS,
    **hoaxes.WORDS,
    **incidents.WORDS,
    **issues.WORDS,
    **labels.WORDS,
    **models.WORDS,
    **regions.WORDS,
    **sources.WORDS,
    # frame
    "title": ("Tren dan aduan", "Trends and complaints"),
    "sample": ("DATA CONTOH", "SAMPLE DATA"),
    "sample_hint": (
        "Semua orang, instansi, dan kejadian di halaman ini rekaan.",
        "Every person, agency and event on this page is invented.",
    ),
    "language": ("English", "Bahasa Indonesia"),
    "watch": ("Pantau", "Watch"),
    "act": ("Tindak", "Act"),
    "manage": ("Kelola", "Manage"),
    "not_for_role": ("Halaman ini bukan untuk peran Anda.", "This page is not for your role."),
    "not_for_role_hint": (
        "Yang melihatnya: {roles}. Minta admin bila peran Anda keliru.",
        "Who sees it: {roles}. Ask an administrator if your role is wrong.",
    ),
    "sign_in": ("Masuk", "Sign in"),
    "sign_out": ("Keluar", "Sign out"),
    "own_password": ("Ganti kata sandi", "Change password"),
    "own_factor": ("Faktor kedua", "Second factor"),
    "signed_out": ("Sesi Anda sudah berakhir.", "Your session has ended."),
    "signed_out_hint": ("Masuk lagi untuk melanjutkan.", "Sign in again to go on."),
    "left_open_hint": (
        "Yang sudah Anda tulis tetap di halaman ini, dan belum ada yang disimpan. Masuk lagi di tab baru; halaman ini "
        "melanjutkan sendiri.",
        "What you typed stays on this page, and nothing was saved. Sign in again in a new tab; this page goes on by "
        "itself.",
    ),
    "left_open_sign_in": ("Masuk lagi di tab baru", "Sign in again in a new tab"),
    "role_analis": ("Analis media", "Media analyst"),
    "role_pimpinan": ("Pimpinan", "Leadership"),
    "role_hukum": ("Staf hukum", "Legal staff"),
    "role_peneliti": ("Peneliti", "Researcher"),
    "role_petugas": ("Petugas aduan", "Complaint officer"),
    "role_admin": ("Admin", "Administrator"),
    "question": ("Yang dicari", "Looking for"),
    "query": ("Kata atau kueri", "Words or query"),
    "query_hint": (
        'Contoh: banjir DAN (jalan ATAU jembatan). "Frasa" dalam tanda kutip; BUKAN mengecualikan; banjir* awalan.',
        'Example: banjir AND (jalan OR jembatan). Phrases in "quotation marks"; NOT excludes; banjir* for a beginning.',
    ),
    "query_placeholder": ("misal: banjir ATAU rob", "e.g. banjir OR rob"),
    "range": ("Rentang", "Range"),
    "range_1": ("24 jam", "24 hours"),
    "range_7": ("7 hari", "7 days"),
    "range_14": ("14 hari", "14 days"),
    "range_30": ("30 hari", "30 days"),
    "reset": ("Hapus semua saringan", "Clear all filters"),
    "as_of": ("keadaan", "as of"),
    # headline
    "of_posts": ("sentimen unggahan dan komentar", "sentiment of posts and comments"),
    "negative": ("negatif", "negative"),
    "neutral": ("netral", "neutral"),
    "positive": ("positif", "positive"),
    "abstained": ("model ragu", "unsure"),
    "none": ("belum dibaca", "not read yet"),
    "between": ("{low}–{high} % bila yang ragu dihitung", "{low}–{high} % counting the unsure"),
    "posts": ("unggahan", "posts"),
    "articles": ("berita", "articles"),
    "complaints": ("aduan", "complaints"),
    "factchecks": ("cek fakta", "fact-checks"),
    "coverage": ("cakupan pengumpulan", "collection coverage"),
    "coverage_full": ("tanpa celah", "no gaps"),
    "coverage_gaps": ("celah: {count}, lihat arsiran", "gaps: {count}, see the hatching"),
    # chart
    "chart_hour": ("Unggahan per jam menurut sentimen", "Posts per hour by sentiment"),
    "chart_day": ("Unggahan per hari menurut sentimen", "Posts per day by sentiment"),
    "chart_against": ("klik sebuah batang untuk membaca isinya", "click a bar to read what is behind it"),
    "complaints_hour": ("Aduan per jam", "Complaints per hour"),
    "complaints_day": ("Aduan per hari", "Complaints per day"),
    "today": ("hari ini", "today"),
    "coverage_row": ("Cakupan", "Coverage"),
    "not_collected": ("tidak terkumpul", "not collected"),
    "bar_label": (
        "{when}: {total} unggahan, {negative} negatif, {neutral} netral, {positive} positif, {abstained} ragu; "
        "{complaints} aduan; cakupan {coverage} %",
        "{when}: {total} posts, {negative} negative, {neutral} neutral, {positive} positive, {abstained} unsure; "
        "{complaints} complaints; coverage {coverage} %",
    ),
    # lists beside
    "topics": ("Topik", "Topics"),
    "topics_against": ("unggahan | aduan", "posts | complaints"),
    "regions": ("Kecamatan", "Districts"),
    "regions_against": ("% negatif | unggahan | aduan", "% negative | posts | complaints"),
    "region_unknown": ("daerah tidak disebut: {count} unggahan", "no district named: {count} posts"),
    "region_few": ("di bawah {least} unggahan: diarsir, terlalu sedikit", "below {least} posts: hatched, too few"),
    # posts
    "behind": ("Isi di baliknya", "What is behind it"),
    "kind_all": ("Semua", "All"),
    "kind_posts": ("Unggahan", "Posts"),
    "kind_articles": ("Berita", "Articles"),
    "kind_complaints": ("Aduan", "Complaints"),
    "kind_factchecks": ("Cek fakta", "Fact-checks"),
    "shown": ("{shown} dari {total}, terbaru di atas", "{shown} of {total}, newest first"),
    "more": ("Muat {count} lagi", "Load {count} more"),
    "open": ("buka", "open"),
    "remove": ("hapus", "remove"),
    "leaning": ("model ragu (condong {label})", "unsure (leaning {label})"),
    "by_model": ("terindikasi oleh {model}", "suspected by {model}"),
    "by_person": ("ditetapkan orang", "decided by a person"),
    "status": ("status", "status"),
    "by_hand": ("dimasukkan tangan", "entered by hand"),
    "by_hand_hint": (
        "Dimasukkan oleh seseorang; tidak ikut dihitung dalam angka mana pun.",
        "Entered by a person; part of no figure.",
    ),
    # adding by hand
    "add_title": ("Tambah unggahan", "Add a post"),
    "add_against": ("yang tidak boleh dikumpulkan mesin", "what no machine may collect"),
    "add_form": ("Unggahan apa?", "Which post?"),
    "add_form_against": ("isi alamat, teks, atau tangkapan layar", "give address, text or a screenshot"),
    "add_platform": ("Platform", "Platform"),
    "add_url": ("Alamat", "Address"),
    "add_text": ("Teks, disalin apa adanya", "Text, copied as it stands"),
    "add_time": ("Kapan diunggah", "When it was posted"),
    "add_author": ("Akun (boleh kosong)", "Account (optional)"),
    "add_author_hint": ("seperti tertulis di platform", "as the platform shows it"),
    "add_author_private": ("pengirim WhatsApp tidak dicatat", "a WhatsApp sender is not recorded"),
    "add_picture": ("Tangkapan layar", "Screenshot"),
    "add_choose": ("Pilih gambar", "Choose a picture"),
    "add_choose_hint": ("PNG, JPEG, WebP, paling besar 20 MB", "PNG, JPEG, WebP, 20 MB at most"),
    "add_actor": ("Dimasukkan oleh", "Entered by"),
    "add_save": ("Simpan unggahan", "Save the post"),
    "add_saved": ("Tersimpan", "Saved"),
    "add_saved_against": ("muncul dalam pencarian, tidak dalam jumlah", "found by searching, in no count"),
    "add_known": ("Sudah pernah dimasukkan", "Entered before"),
    "add_known_against": ("tidak ada yang ditambahkan; ini yang tersimpan", "nothing was added; this is what is kept"),
    "add_undone": ("Dibatalkan", "Undone"),
    "add_undone_against": ("unggahan itu sudah dihapus lagi", "the post is gone again"),
    "add_by": ("Dimasukkan oleh {name}.", "Entered by {name}."),
    "add_again": ("Tambah lagi", "Add another"),
    "add_undo": ("Batalkan", "Undo"),
    "add_notes": ("Yang perlu diketahui", "Good to know"),
    "add_notes_text": (
        "Untuk Facebook, TikTok, Instagram, dan pesan WhatsApp yang diteruskan. Berita dan kanal publik dikumpulkan "
        "sendiri oleh Kentongan.\n"
        "Ditandai “dimasukkan tangan” dan tidak pernah ikut dihitung: pilihan orang bukan ukuran keramaian.\n"
        "Pengirim pesan WhatsApp adalah orang pribadi; nama dan nomornya tidak dicatat. Hapus juga dari teks dan "
        "gambarnya.\n"
        "Nama Anda dan waktunya tercatat. Memasukkan unggahan yang sama dua kali tidak menambah apa pun.",
        "For Facebook, TikTok, Instagram and forwarded WhatsApp messages. News and public channels are collected by "
        "Kentongan itself.\n"
        "Marked “entered by hand” and never counted: what people choose does not measure how much there is.\n"
        "Whoever sent a WhatsApp message is a private person; name and number are not recorded. Take them out of text "
        "and picture too.\n"
        "Your name and the time are on record. Entering the same post twice adds nothing.",
    ),
    # tips
    "secure": ("Amankan", "Secure"),
    "secure_hint": (
        "Simpan unggahan ini dan arsipnya ke sebuah kasus, apa pun yang terjadi pada halamannya.",
        "Keep this post and its archive in a case, whatever becomes of the page.",
    ),
    "secured": ("Diamankan ke {case}.", "Secured in {case}."),
    "secured_hint": ("Sudah diamankan di kasus ini.", "Secured in this case."),
    "secure_refused": ("Tidak dapat diamankan", "Could not be secured"),
    "cases_title": ("Kasus dan bukti", "Cases and evidence"),
    "cases_against": (
        "yang diamankan, siapa memegangnya, keadaannya",
        "what is secured, who held it, how it stands",
    ),
    "cases_all": ("Kasus", "Cases"),
    "cases_all_against": ("yang terakhir dibuka di atas", "opened last on top"),
    "cases_none": ("Belum ada kasus", "No case yet"),
    "cases_none_hint": (
        "Tekan “Amankan” pada sebuah unggahan di halaman Tren: kasusnya terbuka sendiri.",
        "Press “Secure” on a post of the page Trends: its case opens by itself.",
    ),
    "cases_choose": ("Pilih kasus", "Choose a case"),
    "cases_choose_hint": ("Isi dan rantai penjagaannya muncul di sini.", "Its contents and its custody appear here."),
    "cases_counts": ("{documents} dokumen, {captures} tangkapan", "{documents} documents, {captures} captures"),
    "cases_state_open": ("terbuka", "open"),
    "cases_state_closed": ("ditutup", "closed"),
    "cases_held": ("ditahan", "on hold"),
    "cases_opened": ("dibuka {time} oleh {name}", "opened {time} by {name}"),
    "cases_purpose": ("Tujuan", "Purpose"),
    "cases_documents": ("Yang diamankan", "Secured"),
    "cases_documents_against": ("sebagaimana adanya saat diamankan", "as it was when it was secured"),
    "cases_captures": ("Tangkapan halaman", "Captures"),
    "cases_captures_none": (
        "Belum ada. Tangkap halamannya selagi masih ada: {command}",
        "None yet. Capture the page while it is there: {command}",
    ),
    "cases_archive": ("arsip mentah {size}", "raw archive {size}"),
    "cases_archive_none": ("tanpa arsip mentah", "no raw archive"),
    "cases_secured_at": ("diamankan {time} oleh {name}", "secured {time} by {name}"),
    "cases_chain": ("Rantai penjagaan", "Chain of custody"),
    "cases_chain_against": ("{count} mata rantai; yang terbaru di atas", "{count} links; the newest on top"),
    "cases_next": ("Sebelum ekspor", "Before export"),
    "cases_next_against": ("apa yang masih diminta", "what is still asked"),
    "cases_take_package": ("Unduh paket bukti", "Download the package"),
    "cases_take_letter": ("Unduh surat pengantar", "Download the cover letter"),
    "cases_take_note": (
        "Unduhan tercatat di rantai penjagaan. Serahkan surat pengantar terpisah dari paketnya.",
        "A download goes on record in the chain of custody. Hand the cover letter over apart from the package.",
    ),
    "cases_route_open": ("terbuka", "open"),
    "cases_route_shut": ("tertutup", "shut"),
    "cases_route_asks": ("{count} pertanyaan menunggu", "{count} questions wait"),
    "cases_route_needs": ("ada syarat", "has a condition"),
    "cases_refused": ("Kasus tidak dapat dibuka", "The case cannot be opened"),
    "tips_title": ("Laporan hoaks", "Hoax tips"),
    "tips_against": ("pesan yang ditanyakan warga", "messages citizens ask about"),
    "tips_form": ("Laporan apa?", "Which tip?"),
    "tips_form_against": ("isi teks, tautan, atau gambar", "give text, link or picture"),
    "tips_text": ("Pesan yang ditanyakan, apa adanya", "The message in question, as it stands"),
    "tips_link": ("Tautan", "Link"),
    "tips_channel": ("Datang lewat", "Came by"),
    "tips_name": ("Nama pelapor (boleh kosong)", "Name of the reporter (optional)"),
    "tips_contact": ("Nomor atau surel (boleh kosong)", "Number or mail (optional)"),
    "tips_picture": ("Gambar", "Picture"),
    "tips_actor": ("Dimasukkan oleh", "Entered by"),
    "tips_actor_missing": ("Isi nama Anda: siapa yang memasukkan ikut dicatat.", "Give your name: it is on record."),
    "tips_save": ("Simpan dan cocokkan", "Save and match"),
    "tips_again": ("Laporan berikutnya", "Next tip"),
    "tips_saved": ("Tersimpan", "Saved"),
    "tips_known": ("Sudah pernah masuk", "Taken in before"),
    "tips_taken_against": ("sebutkan keduanya kepada pelapor", "tell the reporter both"),
    "tips_number": ("Nomor", "Number"),
    "tips_code": ("Kode", "Code"),
    "tips_due": (
        "Dijawab sebelum {due}; pelapor melihatnya di /lapor/status.",
        "Due {due}; to be read at /lapor/status.",
    ),
    "tips_story": ("Cerita yang cocok", "Story it belongs to"),
    "tips_story_auto": ("pesan yang sama · {score}", "the same message · {score}"),
    "tips_story_suggested": ("cerita disarankan · {score}", "story suggested · {score}"),
    "tips_story_person": ("cerita ditetapkan orang", "story decided by a person"),
    "tips_story_none": ("Belum ada pesan seperti ini di koleksi kita.", "No such message in our collection yet."),
    "tips_claims": ("Cek fakta yang cocok", "Matching fact-checks"),
    "tips_claims_none": ("Belum ada cek fakta yang cocok.", "No matching fact-check yet."),
    "tips_band_same": ("klaim sama", "same claim"),
    "tips_band_related": ("terkait", "related"),
    "tips_withdrawn": ("ditarik penerbitnya", "withdrawn by its publisher"),
    "tips_shared": ("bagian yang sama", "what both say"),
    "tips_held": ("Ditahan", "Held"),
    "tips_unmatched": ("Belum dicocokkan", "Not matched yet"),
    "tips_open": ("Yang menunggu jawaban", "Waiting for an answer"),
    "tips_open_against": (
        "{open} menunggu, {overdue} lewat batas · {answered} dijawab",
        "{open} waiting, {overdue} overdue · {answered} answered",
    ),
    "tips_open_more": ("{shown} dari {total}, yang paling mendesak", "{shown} of {total}, the most urgent"),
    "tips_correct": (
        "{count} jawaban berdiri di atas klarifikasi yang ditarik: `kentongan tips list --to-correct`.",
        "{count} answers stand on a withdrawn clarification: `kentongan tips list --to-correct`.",
    ),
    "tips_hours": ("{hours} jam {minutes} menit", "{hours} h {minutes} min"),
    "tips_minutes": ("{minutes} menit", "{minutes} min"),
    "tips_left": ("sisa {time}", "{time} left"),
    "tips_late": ("lewat {time}", "{time} overdue"),
    "tips_none": ("Tidak ada laporan yang menunggu.", "No tip is waiting."),
    "tips_none_hint": (
        "Warga melapor di /lapor; petugas memasukkan laporan di sebelah.",
        "Citizens report at /lapor; staff enter tips beside this.",
    ),
    "tips_no_words": ("(hanya gambar)", "(picture only)"),
    "tips_state_new": ("baru", "new"),
    "tips_state_matched": ("dicocokkan", "matched"),
    "tips_state_held": ("ditahan", "held"),
    "tips_answer_note": (
        "Menjawab memerlukan nama yang berhak: `kentongan tips answer NOMOR --as NAMA`. Isi di sini disamarkan; "
        "pelapor tidak ditampilkan.",
        "Answering needs a person with the right to: `kentongan tips answer NOMOR --as NAMA`. Words are masked here; "
        "reporters are not shown.",
    ),
    # states
    "empty_store": ("Belum ada apa pun di penyimpanan.", "There is nothing in the store yet."),
    "empty_store_hint": (
        "Jalankan `kentongan crawl`, `kentongan import`, lalu `kentongan score`. Untuk melihat-lihat dahulu: "
        "`kentongan demo`.",
        "Run `kentongan crawl`, `kentongan import`, then `kentongan score`. To look around first: `kentongan demo`.",
    ),
    "empty_match": ("Tidak ada yang cocok dengan saringan ini.", "Nothing matches these filters."),
    "empty_match_hint": (
        "Perpanjang rentangnya, periksa ejaan, atau hapus saringan.",
        "Widen the range, check the spelling, or clear the filters.",
    ),
    "unread_hint": (
        "Bila dokumennya ada tetapi belum dibaca model: `kentongan score`.",
        "If the documents are there but no model has read them yet: `kentongan score`.",
    ),
    "store_away": ("Penyimpanan tidak dapat dibaca.", "The store cannot be read."),
    "bad_query": ("Kuerinya belum terbaca.", "The query cannot be read yet."),
    # words on numbers
    "about": ("Arti angka-angka ini", "What these numbers mean"),
    "about_text": (
        "Sentimen dibaca oleh model (**{model}**) dari unggahan dan komentar saja; nada berita tidak dicampurkan. "
        "Persentase dihitung dari yang diputuskan model; rentang di bawahnya menunjukkan ke mana angka itu bergeser "
        "bila semua yang diragukan model ternyata termasuk, atau tidak termasuk. Arsiran menandai waktu yang tidak "
        "terkumpul: di sana angkanya lebih kecil dari kenyataan. Kecamatan ditulis hanya bila teksnya menyebutnya "
        "dengan jelas. Model menduga, orang yang menetapkan.",
        "Sentiment is read by a model (**{model}**) from posts and comments only; the tone of news is not mixed in. "
        "Percentages are of what the model decided; the range below shows where the number would move if everything "
        "it was unsure about belonged, or did not. Hatching marks time that was not collected: the counts there are "
        "smaller than the truth. A district is given only where the text clearly names it. A model suspects, a person "
        "decides.",
    ),
    "no_model": ("belum ada", "none yet"),
    # topics
    "government_politics": ("Pemerintahan, politik", "Government and politics"),
    "law_crime": ("Hukum dan kejahatan", "Law and crime"),
    "economy_prices": ("Ekonomi dan harga", "Economy and prices"),
    "health": ("Kesehatan", "Health"),
    "education": ("Pendidikan", "Education"),
    "infrastructure_transport": ("Infrastruktur, angkutan", "Infrastructure, transport"),
    "environment_disaster": ("Lingkungan, bencana", "Environment and disaster"),
    "social_religion": ("Sosial dan agama", "Social and religion"),
    "culture_sport": ("Budaya dan olahraga", "Culture and sport"),
    "technology": ("Teknologi", "Technology"),
    "other": ("Lainnya", "Other"),
}


def say(key: str, language: Language, **values: object) -> str:
    """The words for ``key``, filled in. An unknown key raises KeyError: a page never shows a raw key."""
    words = WORDS[key][0 if language == "id" else 1]
    return words.format(**values) if values else words
