"""The words by which ``analysis.stance`` tells rebuttals and questions from passing on, as ``kentongan.text``
normalises them.

Written from fact-checks and posts of before 2021, then extended by what they missed in simulated and invented ones.
The words of Javanese, Sundanese, Minangkabau and Banjar have not been read by speakers yet.
"""

from __future__ import annotations

from typing import Final


def split_words(words: str) -> frozenset[str]:
    """A list written with blanks between."""
    return frozenset(words.split())


FALSE_OF_MESSAGES: Final = split_words(
    "hoaks hoak hoaxs hoaksnya hoaxnya hoakslah hoaxlah ngehoaks hok hoas disinformasi misinformasi malinformasi "
    "debunked #hoaks #hoax #stophoaks #stophoax #bukanfakta #salah"
)
"""Only ever said of a message."""

FALSE_OF_ANYTHING: Final = split_words(
    "bohong bohongan kebohongan pembohongan ngibul kibulan palsu dipalsukan pemalsuan fitnah fitnahan dusta "
    "ngawur sesat menyesatkan nyesatin keliru rekayasa direkayasa editan suntingan diedit disunting settingan "
    "karangan dikarang mengada-ada diada-adakan penipuan tipuan menipu tipu-tipu abal-abal scam fake false salah "
    "ngaco ngasal isapan gimik manipulasi dimanipulasi dipelintir pelintiran phishing ngapusi apus-apusan diapusi "
    "goroh nggedabrus mbujuk dobol wadul bobohongan ngabohong bohongna rekaan nipu duto dusto ota bongak baduto "
    "bacakap kicuah maota bapandeh karamput ngaramput bakaramput bula bulabula wilut pangaramput"
)
"""Said of messages, but of people and goods too ("ijazah palsu")."""

TRUE: Final = split_words(
    "benar betul nyata valid akurat sahih kredibel tepat shahih resmi sungguhan beneran benarnya terbukti "
    "terverifikasi fakta faktual kenyataan true real asli tenan temenan temen tenanan leres yaktos saleresna enya "
    "enyaan estu saestu batua bana bujur bannar bujuran bujurnya beneh patut beto"
)
"""Says that something is so."""

TRUE_OF_GOODS: Final = split_words("resmi asli fakta tepat real proper patut enyaan beneran terbukti")
"""Those of them that are said of other things so often that their denial counts beside a quotation only."""

PICTURES: Final = split_words("foto fotonya video videonya gambar gambarnya poto rekaman rekamannya screenshot")
EDITED: Final = split_words("editan rekayasa settingan suntingan palsu diedit direkayasa manipulasi")
"""What makes a picture a forgery, said right after it."""

FALSE_ALONE: Final = split_words(
    "bohong palsu fitnah dusta ngawur sesat menyesatkan keliru ngaco ngibul goroh ngapusi wadul duto dusto ota "
    "bongak karamput ngaramput bula fake"
)
"""Those that deny what stands beside them where they are all that a sentence says."""

NEGATIONS: Final = split_words(
    "tidak tak bukan bukanlah tidaklah belum ora orak mboten ndak dudu sanes teu henteu lain moal indak inda nda "
    "tiado kada kadak lainan ta' sing ten not isn't no tiada bkn dede ndhak nggih-nggih"
)

MESSAGE: Final = split_words(
    "berita kabar info informasi pesan isu rumor klaim narasi unggahan postingan posting kiriman broadcast bc "
    "chat message gosip desas-desus selebaran edaran cuitan beritanya kabarnya infonya informasinya pesannya "
    "isunya videonya fotonya postingannya share-an sharean forwardan terusan bese brodkes berantai unggahannya "
    "kontennya konten news undangan kategori video foto gambar surat pengumuman tautan link tulisan artikel akun "
    "modus rekaman suara warta kabare beritane infone wartane pawartos beja bejana wartos wartosna beritana "
    "kabarna infona kaba barita kabanyo baritanyo habar habarnya barito"
)
"""What can be true or not and is passed on."""

POINTING: Final = split_words(
    "ini itu tersebut begitu demikian begini iki iku kuwi niki niku kui ngono ieu eta kitu nu iko ko nangko tu "
    "nitu ngini ngitu nya this that it semua semuanya kabeh sadayana sadonyo barataan tadi atas bawah berikut"
)

LINKING: Final = split_words(
    "adalah ternyata dipastikan dinyatakan terbukti jelas jelas-jelas pasti murni cuma hanya alias fix termasuk "
    "merupakan positif sudah memang sepenuhnya semata lagi-lagi fiks tibake jebule tibakne singhoreng tau-tau "
    "sabananyo 100 nyatanya sebenarnya kategori berlabel awas lagi kembali status tanggapan penjelasan sangat "
    "hasilnya ki sih ya kesimpulan kesimpulannya jatuhnya mah sebut menyebut sebuah berupa tak mung ternyatanya "
    "rupanya upaya jebul pancen wis"
)
"""Stands between what is judged and the judgement."""

FORBIDDING: Final = split_words(
    "jangan janganlah jgn stop setop berhenti hentikan ojo aja ampun ulah tong jan jaan jang jangah janganan "
    "hindari usah perlu udah don't gausah ojok"
)
PASSING_ON: Final = split_words(
    "percaya dipercaya dipercayai mempercayai percayai termakan terpengaruh terkecoh tertipu terhasut "
    "terprovokasi disebar disebarkan sebar sebarkan menyebarkan menyebar nyebar nyebarin sebarin disebarin "
    "disebarluaskan sebarluaskan diteruskan meneruskan teruskan terusin diterusin share dishare nge-share "
    "ngeshare forward diforward diviralkan viralkan bagikan dibagikan membagikan diposting percoyo dipercoyo "
    "disebarno disebarake nyebarake nyebarno diterusno diterusake sebarno percanten percayaan disebarkeun "
    "nyebarkeun diteraskeun disebar-sebar nerusekeun neraskeun sebarkeun picayo dipicayo disebaan disebakan "
    "manyebaan sebaan dipicayoi disiaan mancayai disebarakan menyebarakan disabarakan dirasuki manyabarakan "
    "kemakan kejebak terjebak klik diklik"
)
TRUSTING: Final = split_words(
    "percaya dipercaya dipercayai mempercayai percayai percoyo dipercoyo percanten percayaan picayo dipicayo dipicayoi "
    "mancayai"
)
"""Those of them that are said of people as well ("jangan percaya calon itu")."""

BETWEEN: Final = split_words(
    "lagi mudah gampang asal ikut ikutan mau langsung pernah di kita sembarangan terus pada sampai sekali-kali "
    "deh ya dulu kalian pakai malah main asal-asalan serta-merta terlalu begitu begitu-saja cepat kamu anda sing "
    "kon kowe gampil babari mudah-mudah laju ka to pulo ikutan-ikutan perlu usah nak bapak ibu lah pun"
)
"""May stand between the two."""

AGENTS: Final = split_words(
    "sebar menyebar menyebarkan penyebar penyebaran nyebar nyebarin disebar tebar menebar penebar sebaran tukang "
    "pembuat buat bikin membuat kreator korban kena termakan percaya benci suka anti lawan melawan tangkal cegah "
    "hindari soal tentang terkait seputar mengenai berbau dari banyak produsen raja biang pengedar "
    "menyebarluaskan mengirim ngirim share ngeshare pelaku ciri kasus bahaya akibat gara-gara penangkal antara "
    "percayai produksi pencipta memproduksi menuduh tuduhan menebarkan kirim gerakan mengumbar umbar janji-janji "
    "melalui lewat dengan oleh seribu memberi pemimpin capres presiden pejabat jenis uang ijazah obat beras "
    "vaksin stnk ktp dokter polisi wartawan dukun nabi"
)
"""Before such a word, it is about others who lie, or about goods, and not about this message."""

HEARSAY: Final = split_words(
    "katanya konon dibilang dikatain dikira kirain kira kira-kira mengira ngira disangka sangka menyangka "
    "dianggap anggap menganggap dituduh dituding dicap dikiranya sangkain dikatakan tarjarni jare jarene ceunah "
    "cenah saurna keceknyo kecek ujar ujarnya bilang bilangnya ngomong teriak ngatain dilabeli tadinya awalnya "
    "sempat semoga mudah-mudahan takut takutnya khawatir kuatir"
)
"""Somebody else says so, or it was once thought."""

SURE_SPEAKERS: Final = split_words(
    "polisi kapolres kapolsek kapolda kapolri polres polda polri polsek kominfo kominfotik diskominfo dinas "
    "dinkes pemkot pemkab pemprov pemda kemenkes kemensos kementerian humas bupati gubernur walikota wali camat "
    "lurah bmkg bnpb bpbd bpom kpu rumah rs rsud puskesmas satgas kemkomdigi komdigi mafindo turnbackhoax "
    "kejaksaan bank bi ojk jubir beliau resmi pemerintah pertamina pln pdam bpjs kades kadus sekolah kepala direktur "
    "ketua admin pihak"
)
"""With one of these before it, hearsay is a denial by those who should know."""

CONDITIONS: Final = split_words(
    "kalau jika bila seandainya andai misal misalnya umpama lamun mun kapan jikalau apabila"
)

DOUBTS: Final = split_words(
    "entah entahlah wallahualam wallahu'alam mungkin kayaknya sepertinya kayanya jangan-jangan barangkali mbuh "
    "embuh duka ntah antahlah kelihatannya kemungkinan diduga keto'e ketoke kadieuna sigana nampaknya"
)

CONTRASTS: Final = split_words("padahal tapi tetapi namun ternyata nyatanya eh jebule tibake padha-hal padohal tapinya")

QUESTIONS: Final = split_words(
    "apa apakah opo apo naha naon punapa po apakan punopo apaan iki_opo iyo-ko masa masak mosok moso mosok-mosok "
    "piye kepiye"
)
ASKING_ENDS: Final = split_words(
    "tidak kah ta tah to opo apa atau ataukah bukan ora teu henteu indak ndak kada kan lah kitu nggak no ko ya "
    "yah nih sih nya ka hen gak yo"
)
CLOSING: Final = split_words(
    "sih ya nih min gan itu ini kak bang pak bu dong gaes guys bro sis lur rek admin mimin iki ieu ko nya to euy "
    "tah deh yo kang teh mas mbak kawan teman-teman gais bestie cak ning bun om tante kitu dulur jal da uda uni "
    "cil lah nah eh"
)
"""May still come after the question."""

ASKING_WHOLE: Final = split_words(
    "benarkah betulkah bujurkah nyatakah hoakskah hoaxkah validkah benerkah bohongkah fitnahkah palsukah resmikah "
    "tenankah iyakah seriuskah bujurlah"
)
ASKING_FOR: Final = split_words(
    "mohon tolong minta mau ingin butuh perlu bisa numpang izin nyuwun menta nyungkeun nio handak siapa boleh ada "
    "bantu monggo nuwun tulung hayang tacik nak pengen pingin mangga harap maaf punten coba cubo ayo"
)
BEGGING: Final = split_words(
    "mohon tolong minta mau numpang izin nyuwun menta butuh bantu tulung tacik nio handak hayang"
)
"""Those of them that hardly open an order."""

ASKED_FOR: Final = split_words(
    "konfirmasi konfirmasinya klarifikasi klarifikasinya mengklarifikasi mengonfirmasi dicek cek ngecek "
    "verifikasi diverifikasi memverifikasi kebenaran kebenarannya validasi validitas validitasnya pencerahan "
    "pencerahannya tanya bertanya nanya tanyo takon naros nanyo konfirm konfir dikonfirmasi batakun tumon sumber "
    "sumbernya sumbere memastikan penjelasan penjelasannya kabenerane kaleresan kabujuran kabanaran jelasin "
    "kejelasan kejelasannya crosscek cross-check cekkan dicekkan pencerahane nakon"
)
ASKED_CLOSELY: Final = split_words(
    "tahu penjelasan infonya info jelaskan sumber sumbernya serius yakin resmi gimana bagaimana piye kumaha baa "
    "kayapa percaya dari mana kok masa masak mosok iya iyo apa cek kejadian dimana kapan ngecek memang "
    "dipertanggungjawabkan"
)
"""Make a question around a quoted message a question about it."""

ASKED_ALONE: Final = split_words(
    "serius masa masak mosok moso yakin sumber sumbernya sumbere konfirm konfirmasi ngecek dipertanggungjawabkan "
    "enya iyo"
)
"""Those of them that ask about a message in a short question anywhere."""

DENYING: Final = split_words(
    "dibantah membantah bantah bantahan terbantahkan terbantah menepis tepis menampik tampik diluruskan "
    "meluruskan pelurusan klarifikasi mengklarifikasi diklarifikasi klarifikasinya menyangkal sangkal disangkal "
    "dipatahkan"
)
CHECKING: Final = split_words("faktanya kenyataannya kanyataanna nyatane kanyatoanyo sabananyo hoaxbuster turnbackhoax")
"""Opens what is really so."""

HAPPENING: Final = split_words(
    "pernah terjadi ada mengeluarkan mengadakan menerbitkan merilis berdasar berdasarkan sesuai tau ono aya "
    "kajadian ado"
)
THAT_SORT: Final = split_words(
    "begitu begini seperti program kejadian kebijakan kegiatan hal pengumuman peristiwa bukti dasar kaya kayak "
    "ngono koyo kitu bantuan rencana edaran pernyataan instruksi kaitan hubungan kaitannya hubungannya nan mode "
    "itu tersebut apa-apa sumber dasarnya kasus fakta laporan sing model"
)
AMUSED: Final = split_words(
    "wkwk haha hehe hihi xixi ngakak kocak lawak lucu ada-ada hmm hm hmmm nyimak menyimak memantau mantau halu "
    "ngarang lol lmao ngekek guyu lutu galak ngimpi mimpi /s yakali receh gokil"
)
"""Around a quoted message: neither passing it on in earnest nor denying it."""

WITNESS: Final = split_words(
    "sendiri saksi saksinya mengalami ngalami ngalamin kejadiannya nyaksiin menyaksikan buktinya kejadian terjadi "
    "korbannya"
)
