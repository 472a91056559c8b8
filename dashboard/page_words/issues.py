"""The words of the page of issues and rising trends: Indonesian, English."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "issues_title": ("Isu", "Issues"),
    "issues_against": ("apa yang naik di luar biasanya, dan sebabnya", "what rises beyond the usual, and why"),
    "issues_list": ("Isu yang naik", "Rising issues"),
    "issues_list_against": (
        "{count} isu, {rising} masih naik · terkuat di atas",
        "{count} issues, {rising} still rising · strongest first",
    ),
    "issues_range": ("Rentang", "Range"),
    "issues_state": ("Keadaan", "State"),
    "issues_state_all": ("Semua", "All"),
    "issues_state_rising": ("Sedang naik", "Rising"),
    "issues_topic": ("Topik", "Topic"),
    "issues_topic_all": ("Semua topik", "All topics"),
    "issues_region": ("Kecamatan", "District"),
    "issues_region_all": ("Semua kecamatan", "All districts"),
    "issues_none": ("Tidak ada isu dalam rentang ini.", "No issue in this range."),
    "issues_none_hint": (
        "Tidak ada deret yang naik jauh di luar biasanya. Isu dicari setiap jam oleh `kentongan watch`, atau dengan "
        "`kentongan issues update`; setiap deret perlu tujuh hari sebelum dapat dinilai.",
        "No series rose far beyond its usual. Issues are looked for every hour by `kentongan watch`, or with "
        "`kentongan issues update`; a series needs seven days before it can be judged.",
    ),
    "issues_none_filter": ("Tidak ada isu yang cocok dengan saringan ini.", "No issue matches these filters."),
    "issues_none_filter_hint": (
        "Ada isu lain dalam rentang ini: lepaskan topik, kecamatan, atau keadaan.",
        "There are others in this range: let go of topic, district or state.",
    ),
    "issues_refused": ("Isu tidak dapat dibuka", "The issue cannot be opened"),
    "issue_rising": ("naik", "rising"),
    "issue_ended": ("mereda", "calmed down"),
    "issue_voices": ("{voices} suara · biasanya {expected}", "{voices} voices · usually {expected}"),
    "issue_since": ("sejak {time}", "since {time}"),
    "issue_until": ("{start} – {end}", "{start} – {end}"),
    "issue_no_agency": ("instansi belum jelas", "agency not clear"),
    "issue_no_region": ("daerah tidak tunggal", "no single district"),
    "issue_head": (
        "{voices} suara ({posts} unggahan), biasanya {expected}. {surprise}.",
        "{voices} voices ({posts} posts), usually {expected}. {surprise}.",
    ),
    "issue_by_chance_hours": (
        "Karena kebetulan, satu jam seperti puncaknya muncul sekali dalam {count} jam",
        "By chance alone, an hour like its peak comes once in {count} hours",
    ),
    "issue_by_chance_years": (
        "Karena kebetulan, satu jam seperti puncaknya muncul sekali dalam {count} tahun",
        "By chance alone, an hour like its peak comes once in {count} years",
    ),
    "issue_by_chance_never": (
        "Karena kebetulan, satu jam seperti puncaknya muncul kurang dari sekali dalam 1.000 tahun",
        "By chance alone, an hour like its peak comes less than once in 1,000 years",
    ),
    "issue_time": ("Suara per jam", "Voices per hour"),
    "issue_time_against": (
        "pita: yang diharapkan dari jam dan hari yang sama; arsiran: tidak terkumpul",
        "band: what this hour of the week leads to expect; hatched: not collected",
    ),
    "issue_time_none": ("Deret per jamnya tidak tersimpan lagi.", "Its hourly series is no longer kept."),
    "issue_hour": (
        "{when}: {count} suara, diharapkan {low}–{high}",
        "{when}: {count} voices, expected {low}–{high}",
    ),
    "issue_hour_unknown": ("{when}: {count} suara, belum ada pembanding", "{when}: {count} voices, nothing to compare"),
    "issue_hour_lost": ("{when}: tidak terkumpul", "{when}: not collected"),
    "issue_band_label": ("diharapkan", "expected"),
    "issue_peak": ("puncak {count}", "peak {count}"),
    "issue_why": ("Mengapa naik", "Why it rises"),
    "issue_why_against": (
        "di isu ini | biasanya · klik untuk membaca contohnya",
        "in this issue | usually · click to read an example",
    ),
    "issue_why_none": ("Tidak ada satu hal yang menonjol.", "Nothing in particular stands out."),
    "issue_what_term": ("Kata", "Words"),
    "issue_what_hashtag": ("Tagar", "Hashtags"),
    "issue_what_place": ("Daerah", "Places"),
    "issue_what_account": ("Akun", "Accounts"),
    "issue_what_source": ("Sumber", "Sources"),
    "issue_what_story": ("Cerita", "Stories"),
    "issue_what_complaint": ("Aduan", "Complaints"),
    "issue_account": ("akun {letter}, nama disamarkan", "account {letter}, name masked"),
    "issue_story_copies": ("salinan satu pesan", "copies of one message"),
    "issue_reason_label": (
        "{value}: {inside} di isu ini, biasanya {usual}",
        "{value}: {inside} in this issue, usually {usual}",
    ),
    "issue_example": ("Contoh", "Example"),
    "issue_example_gone": ("Contoh itu sudah tidak ada di penyimpanan.", "That example is no longer in the store."),
    "issue_story": ("Cerita di dalamnya", "The story in it"),
    "issue_story_against": (
        "salinan dan varian satu pesan; belum tentu benar atau salah",
        "copies and variants of one message; neither true nor false so far",
    ),
    "issue_story_size": ("{count} salinan dan varian · pertama {time}", "{count} copies and variants · first {time}"),
    "issue_story_held": ("perlu dipastikan instansi", "an agency is asked first"),
    "issue_rumours": ("Aduan di balik kabar ini", "Complaints behind this rumour"),
    "issue_rumours_against": ("belum selesai, di tempat dan hari yang sama", "unresolved, same place and days"),
    "issue_do_give": ("Serahkan ke instansi", "Give to an agency"),
    "issue_do_give_to": ("Serahkan ke {agency}", "Give to {agency}"),
    "issue_do_alert": ("Jadikan peringatan", "Make an alert of it"),
    "issue_do_read": ("Baca unggahannya", "Read its posts"),
    "issue_do_complaints": ("Lihat aduannya", "See the complaints"),
    # on the page of trends
    "trends_voice": ("Pangsa suara", "Share of voice"),
    "trends_voice_words": (
        "{share} ({low}–{high}) dari {collected} yang terkumpul",
        "{share} ({low}–{high}) of {collected} collected",
    ),
    "trends_before": ("sebelumnya {share}", "before {share}"),
    "trends_before_none": ("sebelumnya tidak cukup terkumpul", "too little collected before"),
    "trends_voices": ("{count} suara", "{count} voices"),
    "trends_accounts": ("{count} akun", "{count} accounts"),
    "trends_change_up": ("naik", "up"),
    "trends_change_down": ("turun", "down"),
    "trends_change_same": ("tidak jelas berubah", "no clear change"),
    "trends_off": (
        "bagian sentimen biasanya meleset ± {negative} poin (negatif), ± {neutral} (netral), ± {positive} (positif)",
        "shares of sentiment are usually off by ± {negative} points (negative), ± {neutral} (neutral), ± {positive} "
        "(positive)",
    ),
    "trends_off_hint": (
        "Diukur pada {matters} perkara ({texts} teks) yang tidak pernah dilihat {model} saat dilatih: akar rata-rata "
        "kuadrat selisih dengan label orang. Dengan label sendiri: `kentongan drift weekly`.",
        "Measured on {matters} matters ({texts} texts) that {model} never saw in training: root mean square of the "
        "difference from people's labels. With labels of your own: `kentongan drift weekly`.",
    ),
    "trends_off_unknown": (
        "galat bagian sentimen tidak diketahui untuk model ini",
        "the error of a share of sentiment is not known for this model",
    ),
}
