"""The words of the page of districts and indicators: Indonesian, English."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    # map and table
    "regions_title": ("Wilayah dan indikator", "Regions and indicators"),
    "region_country": ("Indonesia", "Indonesia"),
    "region_measure": ("Yang ditampilkan peta", "What the map shows"),
    "region_by_sentiment": ("Sentimen", "Sentiment"),
    "region_by_posts": ("Unggahan", "Posts"),
    "region_by_complaints": ("Aduan", "Complaints"),
    "region_by_red": ("Kode merah", "Overdue"),
    "region_days": ("{count} hari", "{count} days"),
    "region_map_sentiment": ("Di mana suasananya negatif?", "Where is the mood negative?"),
    "region_map_posts": ("Dari mana dibicarakan?", "Where do posts speak of?"),
    "region_map_complaints": ("Di mana warga mengadu?", "Where do citizens complain?"),
    "region_map_red": ("Di mana aduan lewat tenggat?", "Where are complaints overdue?"),
    "region_map_refused": ("Peta tidak dapat digambar", "The map cannot be drawn"),
    "region_map_against": ("klik sebuah wilayah untuk rinciannya", "click a region for its details"),
    "region_legend_sentiment": (
        "Angka: bagian unggahan negatif. Jingga: lebih banyak negatif; biru: lebih banyak positif; makin pekat, makin "
        "jelas. Diarsir: kurang dari {least} unggahan terbaca; kosong: tidak ada unggahan yang menyebutnya.",
        "Figure: share of negative posts. Orange: more negative; blue: more positive; the deeper, the clearer. "
        "Hatched: fewer than {least} posts read; empty: no post names it.",
    ),
    "region_legend_posts": (
        "Unggahan dan komentar yang menyebut wilayah itu. Bukan ukuran penting-tidaknya: tidak semua orang menulis.",
        "Posts and comments that name the region. This does not measure importance: not everybody writes.",
    ),
    "region_legend_complaints": (
        "Aduan yang masuk dalam rentang. Warna menurut jumlah per 100.000 penduduk bila penduduknya diketahui.",
        "Complaints that came in in the range. Colour by number per 100,000 people where they are known.",
    ),
    "region_legend_red": (
        "Aduan yang lewat tenggat sekarang (kode merah). Warna menurut jumlah per 100.000 penduduk bila diketahui.",
        "Complaints past their deadline now. Colour by number per 100,000 people where they are known.",
    ),
    "region_words": (
        "{posts} unggahan, {negative} negatif; {complaints} aduan masuk; {open} terbuka, {red} kode merah ({rate} per "
        "100.000 penduduk)",
        "{posts} posts, {negative} negative; {complaints} complaints came in; {open} open, {red} overdue ({rate} per "
        "100,000 people)",
    ),
    "region_ranking": ("Peringkat wilayah", "Ranking of regions"),
    "region_col_name": ("Wilayah", "Region"),
    "region_col_negative": ("negatif", "negative"),
    "region_col_red": ("merah", "overdue"),
    "region_col_rate": ("per 100 rb", "per 100k"),
    "region_no_people": (
        "{count} wilayah tanpa angka penduduk: tidak ada hitungan per 100.000.",
        "{count} regions without a population: no rate per 100,000.",
    ),
    "region_people": ("{count} penduduk", "{count} people"),
    "region_people_unknown": ("jumlah penduduk tidak diketahui", "population not known"),
    "region_open": ("aduan terbuka", "open complaints"),
    "region_red": ("kode merah", "overdue"),
    "region_red_list": ("Yang paling lama lewat tenggat", "Longest overdue"),
    "region_red_more": ("dan {count} lagi di halaman Aduan", "and {count} more on the page of complaints"),
    "region_due": ("tenggat {day}", "due {day}"),
    "region_read": ("Baca unggahannya", "Read the posts"),
    "region_inside": ("Lihat wilayah di dalamnya", "Show the regions inside"),
    "region_back": ("Kembali ke wilayah semula", "Back"),
    "region_indicators": ("Indikator {name}", "Indicators of {name}"),
    "map_label": ("Peta wilayah", "Map of regions"),
    "map_land": ("Batas wilayah dari berkas milik pemasangan ini.", "Boundaries from this installation's own file."),
    "map_tiles": (
        "Petak sama besar, disusun menurut letak wilayahnya; bukan batas sebenarnya.",
        "Equal tiles, set by where the regions lie; not their real boundaries.",
    ),
    "map_tiles_some": (
        "Petak sama besar; yang titiknya tidak diketahui mengisi petak sisa menurut kodenya.",
        "Equal tiles; regions without a known point fill what is left, by code.",
    ),
    "map_tiles_none": (
        "Petak sama besar menurut urutan kode: titik wilayah-wilayah ini tidak diketahui.",
        "Equal tiles in the order of codes: where these regions lie is not known.",
    ),
    # indicators
    "ind_title": ("Indikator", "Indicators"),
    "ind_newest": ("nilai terbaru dan umurnya", "newest values and their age"),
    "ind_some_old": ("{count} di antaranya lama", "{count} of them old"),
    "ind_none": ("Belum ada indikator untuk wilayah ini", "No indicator for this region yet"),
    "ind_none_hint": (
        "Masukkan dengan `kentongan indicators import BERKAS --as NAMA`, atau nyatakan sebuah jembatan.",
        "Bring some with `kentongan indicators import FILE --as NAME`, or declare a bridge.",
    ),
    "ind_beside": ("di samping sentimen dan aduan", "beside sentiment and complaints"),
    "ind_complaints": ("{count} aduan", "complaints: {count}"),
    "ind_beside_label": (
        "Sentimen, aduan, dan {name} pada sumbu waktu yang sama",
        "Sentiment, complaints and {name} on the same time axis",
    ),
    "ind_beside_note": (
        "Bersamaan bukan berarti sebab-akibat. Arsir: tidak terkumpul atau tidak diukur; warna pudar: kurang dari 10 "
        "unggahan.",
        "Together in time is not cause and effect. Hatched: not collected or not measured; faint: fewer than 10 posts.",
    ),
    "ind_beside_sentiment": ("Sentimen unggahan, bagian yang terbaca", "Sentiment of posts, share of those read"),
    "ind_beside_complaints": ("Aduan per hari", "Complaints a day"),
    "ind_beside_complaints_week": ("Aduan per pekan", "Complaints a week"),
    "ind_no_posts": ("tidak ada unggahan", "no posts"),
    "ind_not_measured": ("tidak ada nilai untuk masa ini", "no value for this time"),
    "ind_range": ("{count} hari", "{count} days"),
    "ind_age": ("umur {age}", "{age} old"),
    "ind_old": ("lama: {age}", "outdated: {age}"),
    "ind_old_bridge": ("jembatan berhenti, umur {age}", "bridge stopped, {age} old"),
    "ind_target": ("target {value}", "target {value}"),
    "ind_reached": ("tercapai", "reached"),
    "ind_missed": ("belum tercapai", "not reached"),
    "ind_same": ("tetap", "unchanged"),
    "ind_now": ("kurang dari sejam", "less than an hour"),
    "ind_quarter": ("Triwulan {number} {year}", "Quarter {number} {year}"),
    "ind_half": ("Semester {number} {year}", "Half-year {number} {year}"),
    "ind_hours": ("{count} jam", "{count} h"),
    "ind_days": ("{count} hari", "{count} days"),
    "ind_months": ("{count} bulan", "{count} months"),
    "ind_years": ("{count} tahun", "{count} years"),
    # bridges
    "bridge_title": ("Jembatan ke sistem instansi", "Bridges to agencies' systems"),
    "bridge_all_fresh": ("semua segar", "all fresh"),
    "bridge_stale": ("{count} tidak segar; data terakhir tetap dipakai", "{count} not fresh; their last data is kept"),
    "bridge_segar": ("segar", "fresh"),
    "bridge_terlambat": ("terlambat", "late"),
    "bridge_macet": ("macet", "clogged"),
    "bridge_belum": ("belum pernah dibaca", "never read"),
    "bridge_since": ("sejak {time}", "since {time}"),
    "bridge_newest": ("isi baru terakhir {age} lalu ({rows} baris)", "last new content {age} ago ({rows} rows)"),
}
