"""The words by which a text claims that a danger is happening or near, and those that say it is something else.

All are normalised (``kentongan.text.normalised_tokens``); a phrase is several of them. Javanese and Sundanese words
stand in only where they mean nothing else in Indonesian.
"""

from __future__ import annotations

from typing import Final


def split_phrases(text: str) -> tuple[str, ...]:
    """The phrases between commas."""
    return tuple(dict.fromkeys(" ".join(part.split()) for part in text.split(",")))


EVENTS: Final[dict[str, tuple[str, ...]]] = {
    "bendungan": split_phrases("air bah, banjir bandang bendungan"),
    "banjir": split_phrases(
        """banjir, banjire, banjirnya, banjir bandang, kebanjiran, caah, rob, banjir rob, air pasang, kabanjiran"""
    ),
    "gempa": split_phrases("gempa, gempanya, gempa bumi, lindhu, lindu, gempa susulan, megathrust"),
    "tsunami": split_phrases("tsunami, gelombang tsunami, sunami"),
    "longsor": split_phrases("longsor, longsoran, tanah longsor, tanah bergerak, urug, urugan"),
    "kebakaran": split_phrases("kebakaran, kobongan, kobaran api, kahuruan, si jago merah, kebakar"),
    "kerusuhan": split_phrases(
        """kerusuhan, rusuh, penjarahan, tawuran, penyerangan, bentrokan, amuk massa, kericuhan, bom meledak"""
    ),
    "gunung-api": split_phrases(
        """erupsi, letusan, awan panas, lahar, lahar dingin, lahar panas, wedhus gembel, hujan abu, guguran lava"""
    ),
    "wabah": split_phrases("wabah, klb, kejadian luar biasa, pageblug, keracunan, keracunan massal"),
}
"""What happens, by one word. A claim where the words around it show that it is now, here, or harmful (``LIVE``)."""

PLACED_ONLY: Final = frozenset({"wabah", "kerusuhan"})
"""Dangers that people speak of in general so often that such an event must be placed or come in a short text."""

Pair = tuple[tuple[str, ...], tuple[str, ...]]
PAIRS: Final[dict[str, tuple[Pair, ...]]] = {
    "bendungan": (
        (
            split_phrases(
                """bendungan, waduk, tanggul, dam, embung, bendung, tanggule, bendungane, bendunganna, tanggulna,
                waduke, situ, plengsengan, talud"""
            ),
            split_phrases(
                """jebol, jebole, ambrol, ambruk, runtuh, retak, retakan, bocor, rembes, roboh, pecah, bobol,
                bitu, dadal, dhadhal, bedah, meluap, limpas, longsor, tidak kuat, kritis, gagal menahan"""
            ),
        ),
        (
            split_phrases("pintu air, pintu waduk, pintu bendungan"),
            split_phrases("""dibuka, dibuka semua, jebol, rusak"""),
        ),
    ),
    "banjir": (
        (
            split_phrases(
                """air, airnya, banyu, banyune, cai, sungai, kali, kaline, walungan, rumah, perumahan, kampung,
                desa, jalan, omah, imah, lembur, kompleks, sawah, dusun, kelurahan"""
            ),
            split_phrases(
                """terendam, kerendem, kerendam, kakeueum, meluap, luber, menggenang, tergenang, setinggi dada,
                setinggi lutut, setinggi pinggang, setinggi leher, setinggi atap, setinggi paha, setinggi
                meter, sampai lutut, sampai dada, sak dhengkul, sak dengkul, kemasukan air, kemasukan,
                terisolasi, hanyut"""
            ),
        ),
        (
            split_phrases("air, airnya, banyu, banyune, cai, sungai, kali, walungan"),
            split_phrases("""masuk rumah, masuk ke rumah, mlebu omah, asup ka imah, naik cepat, ngaleuwihan"""),
        ),
    ),
    "gempa": (
        (
            split_phrases("goyang, guncangan, getaran, goyangan, bergoyang, berguncang"),
            split_phrases("kuat, kenceng, kencang, keras, hebat, lari keluar, banter, kuat sekali, besar"),
        ),
    ),
    "tsunami": (
        (split_phrases("air laut, laut"), split_phrases("""surut, surut mendadak, naik ke daratan, masuk ke rumah""")),
        (split_phrases("ombak, gelombang"), split_phrases("""masuk ke rumah, masuk rumah, setinggi meter, raksasa""")),
    ),
    "longsor": (
        (
            split_phrases(
                """tebing, tebingnya, tanah, tanahnya, bukit, lereng, lemah, pereng, taneuh, gunungan, badan
                jalan"""
            ),
            split_phrases(
                """longsor, ambrol, ambruk, runtuh, retak, bergerak, amblas, ambles, urug, menimbun, merosot,
                terbelah"""
            ),
        ),
        (
            split_phrases("rumah, jalan, mobil, warga, orang, imah, dalan, bangunan, sekolah"),
            split_phrases("tertimbun, katimbun, kebrukan, ketimbun"),
        ),
    ),
    "kebakaran": (
        (
            split_phrases(
                """rumah, pasar, pabrik, gudang, toko, kios, sekolah, lahan, hutan, kapal, gedung, ruko, bengkel,
                imah, omah, kantor, hotel, mal, asrama, pondok, kampung, terminal, warung"""
            ),
            split_phrases(
                """terbakar, kebakar, kobong, kahuruan, dilalap api, ludes, hangus, dilahap api, kebakaran"""
            ),
        ),
        (
            split_phrases("api, apinya, geni, genine, seuneu, asap"),
            split_phrases(
                """merembet, membesar, berkobar, menjalar, membubung, membakar, melalap, hitam tebal, hitam
                pekat, tebal, mengamuk, setinggi, besar, susah padam, belum padam, gede, menyebar"""
            ),
        ),
        (
            split_phrases("gudang, pabrik, spbu, tabung gas, gas, kilang, tangki, trafo, bbm, petasan"),
            split_phrases("meledak, ledakan"),
        ),
    ),
    "kerusuhan": (
        (
            split_phrases(
                """massa, warga, perusuh, pendemo, demonstran, pemuda, kampung, gerombolan, aparat, polisi"""
            ),
            split_phrases(
                """membakar, menjarah, mengamuk, bentrok, menyerang, menyerbu, merusak, melempari, baku hantam,
                tawuran, gas air mata, parang, celurit, dibakar"""
            ),
        ),
        (
            split_phrases("toko, toko-toko, kantor, mobil, pos polisi, pasar, rumah ibadah"),
            split_phrases("dijarah, dibakar massa, dirusak massa, diserang, diserbu, dibakar"),
        ),
    ),
    "gunung-api": (
        (
            split_phrases("gunung, gunungnya, kawah, merapi, semeru, gunung api"),
            split_phrases("meletus, erupsi, jeblug, njeblug, bitu, menyemburkan, batuk-batuk, meletuse"),
        ),
        (
            split_phrases("status, gunung, lereng"),
            split_phrases("""naik jadi awas, jadi awas, level awas, naik ke awas, level iv, jadi siaga, naik siaga"""),
        ),
    ),
    "wabah": (
        (
            split_phrases(
                """murid, siswa, santri, warga, anak, anak-anak, orang, balita, pelajar, karyawan, jemaah, bocah"""
            ),
            split_phrases(
                """keracunan, muntah-muntah, muntaber, tumbang, pingsan massal, mati mendadak, diare massal,
                kejang-kejang"""
            ),
        ),
        (
            split_phrases("""kolera, difteri, campak, dbd, demam berdarah, antraks, rabies, flu burung, muntaber"""),
            split_phrases("mewabah, merebak, menular cepat"),
        ),
        (
            split_phrases("penyakit"),
            split_phrases("misterius, aneh, mewabah, merebak, menyerang warga, menyerang dusun"),
        ),
    ),
}
"""Danger: what, beside what befalls it. Both in one sentence, near each other, are a claim by themselves."""

LIVE: Final = split_phrases(
    """barusan, baru saja, sekarang, saat ini, saiki, ayeuna, tadi, tadi pagi, semalam, dini hari, subuh, malam
    ini, pagi ini, siang ini, sore ini, hari ini, nanti malam, malam nanti, besok, nanti, sejak, sedang, lagi,
    sudah, wis, wes, geus, mulai, kemarin, minggu ini, ti peuting, jam, pukul, akan, bakal, arep, mau, segera,
    awas, waspada, lari, mengungsi, ngungsi, evakuasi, selamatkan, menyelamatkan, tolong, tulung, tulungan,
    kabur, sirene, siaga 1, siaga satu, siaga merah, darurat, bahaya, panik, berlarian, naik ke bukit, jangan
    lewat, jangan mendekat, menerjang, menerpa, melanda, menghantam, mengguncang, menutup, memutus, meluas,
    pecah, terjadi, datang, kirim, hebat, besar, parah, bandang, susulan, kuat, banter, ageung, kenceng,
    hanyut, putus, tertimbun, meninggal, tewas, korban, roboh, rubuh, ambruk, rusak, hilang, terjebak,
    terluka, luka-luka, mogok, terendam, terisolasi, dirawat, penuh"""
)
"""Shows that what is named is now, near, or harmful."""
PLACED: Final = split_phrases("""di, nang, ing, neng, wonten, depan, dekat, ning, menerjang, melanda, menutup""")
"""Shortly behind an event, what follows is where it is."""
LOCAL: Final = split_phrases(
    """kampung, desa, dusun, kelurahan, kecamatan, rt, rw, gang, perumahan, kompleks, jalan, jembatan, pasar,
    sungai, kali, di sini, sini, tetangga, kami, lembur, kampunge, kene, rumah saya, rumahku, omahku, imah,
    pantai, terminal, spbu, balai desa, pertigaan, simpang, sd, smp, sma, puskesmas, hilir, hulu, lereng,
    pesisir, warga"""
)
"""Points to a place that people who read it know."""
URGENT: Final = split_phrases(
    """lari, mengungsi, ngungsi, evakuasi, selamatkan, tolong, tulung, tulungan, kabur, awas, segera, siaga 1,
    siaga satu, barusan, baru saja, sekarang, saiki, sebarkan, jangan lewat, jangan mendekat, naik ke bukit,
    siap-siap"""
)
"""Calls on people to do something at once."""

NOT_NOW: Final[dict[str, tuple[str, ...]]] = {
    "drill": split_phrases(
        """simulasi, latihan, gladi, geladi, pelatihan, drill, uji coba, sosialisasi, edukasi, peragaan, praktik,
        bimtek, tes sirene, uji sirene"""
    ),
    "past": split_phrases(
        """mengenang, kenangan, sejarah, tahun lalu, tahun kemarin, bulan lalu, minggu lalu, pekan lalu, tahun
        silam, beberapa tahun, tahun-tahun, tiap tahun, setiap tahun, zaman dulu, jaman dulu, zaman, jaman,
        pernah, mbiyen, baheula, waktu kecil, pascabanjir, pascagempa, pascabencana, pasca, arsip, film
        dokumenter, monumen, museum, peringatan tahun, haul, tragedi"""
    ),
    "habit": split_phrases(
        """setiap hujan, tiap hujan, kalau hujan, setiap turun hujan, bila hujan, saat hujan, ketika hujan,
        sering, selalu, kerap, langganan, setiap hari, setiap sore, setiap malam, setiap musim, tiap musim,
        berulang kali, sudah lama, berbulan-bulan, bertahun-tahun, bakar sampah, membakar sampah, pembakaran
        sampah, sampah dibakar"""
    ),
    "plan": split_phrases(
        """anggaran, dianggarkan, dana, program, proyek, penanganan, pencegahan, mencegah, antisipasi,
        mengantisipasi, mitigasi, rawan, kerawanan, seminar, webinar, lomba, juara, menang, penelitian,
        peneliti, rapat, diskusi, kesiapsiagaan, statistik, persen, museum, wisata, lowongan, asuransi,
        normalisasi, rencana, pembangunan, dibangun, diresmikan, meresmikan, pengadaan, jalur evakuasi, alat
        pendeteksi, pendeteksi, deteksi, rehabilitasi, rekonstruksi, pemulihan, bantuan untuk korban, korban
        banjir, santunan, relokasi, perda, regulasi, undang-undang, vaksinasi, imunisasi, menurun, berkurang,
        dikunjungi, pengunjung, pendaki, mengevakuasi ular, dinas pemadam, unduh, diunduh, kajian, pemadaman,
        posko bantuan, donasi, penggalangan dana, penyintas, target, mengajak, tips, cara"""
    ),
    "figure": split_phrases(
        """politik, kabinet, koalisi, elektabilitas, reshuffle, saham, investor, bursa, diskon, promo, flash
        sale, cinta, asmara, hatiku, hati, jenggot, jerawat, konser, game, film, sinetron, drakor, novel,
        lagu, komik, anime, suara, paslon, phk, pujian, ucapan, order, orderan, pesanan, hadiah, banjir air
        mata, dukungan, komentar, likes, cuan, rezeki, rejeki, job, tawaran, gol, kembang api, gunung es,
        malas, kantong, dompet, harga, penjualan, penonton, netizen, followers, viewers, kelas gue, seru,
        wkwk, wkwkwk, haha, hahaha, kuis, meme, balon, api abadi, semangat, jiwa"""
    ),
    "over": split_phrases(
        """sudah surut, wis surut, mulai surut, sudah padam, berhasil dipadamkan, sudah aman, sudah kondusif,
        aman kabeh, kondusif, sudah terkendali, terkendali, alhamdulillah, kapan selesai, berakhir, berlalu"""
    ),
    "opinion": split_phrases(
        """presiden, capres, cawapres, pilpres, pilkada, kadrun, cebong, rezim, oposisi, dpr, mpr, psbb, ppkm,
        lockdown, pandemi, covid, covid-19, corona, #covid_19, #covid19, social distancing, khilafah, isis,
        teroris, bom bunuh diri, kebijakan, himbauan pemerintah, ekonomi nasional, buzzer, menteri, takdir"""
    ),
    "elsewhere": split_phrases(
        """jepang, turki, cina, china, tiongkok, filipina, thailand, malaysia, amerika, india, pakistan, nepal,
        meksiko, chile, italia, spanyol, yunani, rusia, ukraina, suriah, iran, irak, afghanistan, myanmar,
        vietnam, korea, taiwan, australia, selandia baru, california, brasil, haiti, luar negeri, gaza,
        palestina, bangladesh, jerman, prancis, inggris, maroko, libya, kanada, hawaii, peru, ekuador,
        singapura"""
    ),
    "calm": split_phrases(
        """tenang, tidak panik, situasi normal, statusnya normal, status normal, dibatalkan, dicabut"""
    ),
}
"""Why a sentence that names a danger claims none, by reason."""

CONDITIONS: Final = split_phrases(
    """kalau, jika, bila, seandainya, andai, andaikan, semoga, mudah-mudahan, jangan sampai, misalnya, lamun,
    mun, menawa, apabila, sebelum, agar tidak, supaya tidak, bisa-bisa, umpama, muga-muga, waktu banjir, musim
    banjir, musim hujan"""
)
"""Before the event, it is feared or wished away, not claimed."""

AFTER: Final = split_phrases(
    """korban, terdampak, bekas, soal, tentang, masalah, potensi, isu, doa, penyintas, bahas"""
)
"""Right before an event, it is spoken of and not reported."""

NEGATIONS: Final = split_phrases(
    """tidak, tak, bukan, belum, tanpa, ora, mboten, dudu, teu, henteu, lain, nihil, membantah, dibantah, bantah,
    hoaks"""
)
"""Shortly before the event, it is denied."""

SHOUTED: Final = split_phrases("peringatan dini, sirene, awas, siaga 1, siaga satu, level iv")
"""Warnings that outweigh a word of plans beside them."""
