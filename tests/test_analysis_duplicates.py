"""Near-duplicates: what counts as the same message, what is joined or suggested, and the laws of stories."""

from __future__ import annotations

import random
import string
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.duplicates import JOIN, SUGGEST, DuplicateIndex, group_archive, load_index
from analysis.neighbours import Neighbours, score_pairs
from analysis.shingles import MAX_BYTES, MIN_BYTES, SHINGLE, content_key, ready_text
from analysis.signatures import band_hashes, pack_texts, sign
from kentongan.errors import NotFound, Quarantine
from samples.simulate import Plan, simulate
from samples.simulate_edits import EDITS

MESSAGE = (
    "Assalamualaikum, info penting dari grup sebelah. Mulai Senin jam 7 pagi air ledeng di Purwamaya dimatikan karena "
    "tercemar limbah pabrik, 42 warga RT 05 sudah dirawat. Tetangga saya melihat sendiri truk tangki datang semalam. "
    "Simpan air secukupnya dan kabari keluarga yang tinggal di sekitar pasar lama. Cek https://info-1.example/7"
)
OTHER = (
    "Lomba baca puisi untuk murid sekolah dasar dibuka sampai Jumat sore, tidak dipungut biaya. Berkas dikumpulkan di "
    "balai desa, panitia menyediakan piala dan buku tulis untuk sepuluh peserta terbaik dari setiap kelas."
)


def words(seed: int, count: int) -> str:
    """Invented words that no other seed shares."""
    rng = random.Random(seed)
    return " ".join("".join(rng.choices(string.ascii_lowercase, k=rng.randint(3, 9))) for _ in range(count))


def cut_shingles(text: bytes) -> set[bytes]:
    """Every run of SHINGLE bytes."""
    return {text[at : at + SHINGLE] for at in range(len(text) - SHINGLE + 1)}


def stories_of(texts: dict[str, str]) -> set[frozenset[str]]:
    """The stories as sets of ids."""
    story = group_archive(list(texts), list(texts.values())).story
    return {frozenset(id for id in story if story[id] == centre) for centre in story.values()}


@pytest.mark.parametrize("name", sorted(EDITS))
def test_a_message_with_any_one_planted_edit_is_the_same_story(name: str) -> None:
    for seed in range(5):
        index = DuplicateIndex()
        index.add("pertama", MESSAGE)
        index.add("lain", OTHER)
        index.add("salinan", EDITS[name](MESSAGE, random.Random(seed)))
        stories = index.stories()
        assert stories["salinan"] == stories["pertama"] != stories["lain"]


def test_what_changes_in_passing_on_leaves_the_message_the_same_word_for_word() -> None:
    changed = (
        "Sebarkan!! Selamat pagi. " + MESSAGE.replace("42", "57").replace("info-1", "cek-9") + " @warga 🙏 Viralkan!"
    )
    index = DuplicateIndex()
    index.add("a", MESSAGE)
    assert index.add("b", changed).same == "a"
    assert content_key(changed) == content_key(MESSAGE)


def test_links_of_any_kind_mentions_emoji_and_numbers_are_not_compared() -> None:
    links = "bit.ly/v2.0 www.a.id/b https://c.id instagram.com"
    text = f"Lihat {links} @budi 😡 1️⃣ #️⃣ covid-19 1.284 12/11/2026 v2.0 anak-anak jum'at #Jalan di jl. Melati ꦲꦏ꧀ꦱꦫ"
    assert ready_text(text).decode() == "lihat 0 0 0 0 anak-anak jumat #jalan di jalan melati ꦲꦏ꧀ꦱꦫ"


def test_short_texts_are_the_same_only_where_all_their_words_are() -> None:
    index = DuplicateIndex()
    assert len(ready_text("Jalan rusak di depan pasar!")) < MIN_BYTES
    index.add("a", "Jalan rusak di depan pasar!")
    assert index.add("b", "jalan RUSAAAK di depan pasar https://x.id").same == "a"
    assert index.add("c", "Jalan rusak di depan pasat").same is None
    assert index.add("d", "Jalan rusak di depan 2 pasar").same is None
    assert Counter(index.stories().values())["a"] == 2


@pytest.mark.parametrize("text", ["", "   ", "https://a.example/1", "@budi @ani", "😡😡", "\u200b\ud800"])
def test_texts_without_a_word_are_a_story_each(text: str) -> None:
    stories = group_archive(["a", "b", "c"], [text, text, MESSAGE]).story
    assert stories == {"a": "a", "b": "b", "c": "c"}


def test_one_word_is_joined_with_the_same_word_only() -> None:
    assert stories_of({"a": "banjir", "b": "Banjir!", "c": "gempa"}) == {frozenset("ab"), frozenset("c")}


def test_a_text_of_100_000_characters_is_compared_by_its_beginning() -> None:
    long = words(1, 14_000)
    assert len(long) > 90_000
    assert len(ready_text(long)) == MAX_BYTES
    index = DuplicateIndex()
    index.add("a", long)
    index.add("b", "Sebarkan!! " + long.replace(long.split()[20], "xyz"))
    index.add("c", words(2, 14_000))
    assert index.stories() == {"a": "a", "b": "a", "c": "c"}
    assert index.neighbours.used <= 3 * MAX_BYTES


def test_50_000_identical_posts_take_one_entry_and_are_compared_with_nothing() -> None:
    index = DuplicateIndex()
    key = content_key(MESSAGE)
    for start in range(0, 50_000, 500):
        found = index.add_messages([f"p{number:05d}" for number in range(start, start + 500)], [key] * 500)
        assert all(one.same == "p00000" for one in found[start == 0 :])
    assert len(index.neighbours) == 1
    assert set(index.stories().values()) == {"p00000"}


def test_thousands_of_variants_of_one_message_stay_one_story_and_are_compared_with_few() -> None:
    rng = random.Random(3)
    base = words(5, 60).split()
    variants = []
    for number in range(2_000):
        changed = base[:]
        changed[rng.randrange(60)] = f"w{words(number, 1)}"
        variants.append(" ".join(changed))
    index = DuplicateIndex()
    found = index.add_batch([f"v{number}" for number in range(2_000)], variants)
    assert len(set(index.stories().values())) == 1
    assert max(len(one.matches) for one in found) <= 8


def test_texts_that_share_only_a_footer_of_very_many_are_not_joined() -> None:
    footer = words(7, 40)
    texts = {f"t{number:03d}": words(1_000 + number, 11) + " " + footer for number in range(300)}
    assert len(footer) / len(texts["t000"]) > 0.7, "by likeness alone they would be joined"
    assert len(stories_of({id: texts[id] for id in list(texts)[:2]})) == 1
    assert len(stories_of(texts)) == 300


def test_a_copy_of_a_text_with_a_familiar_footer_still_joins_it() -> None:
    footer = words(7, 40)
    texts = {f"t{number:03d}": words(1_000 + number, 20) + " " + footer for number in range(300)}
    texts["salinan"] = texts["t123"].replace(texts["t123"].split()[3], "diganti")
    assert frozenset({"t123", "salinan"}) in stories_of(texts)


def test_what_is_only_alike_is_suggested_and_not_joined() -> None:
    sentences = [words(seed, 12) for seed in range(8)]
    one, other = " ".join(sentences[:6]), " ".join(sentences[2:8])
    grouped = group_archive(["a", "b"], [one, other])
    assert set(grouped.story.values()) == {"a", "b"}
    [match] = grouped.suggested["a"]
    assert match.id == "b"
    assert SUGGEST <= match.score < JOIN
    assert not match.joins
    assert [match.id for match in grouped.suggested["b"]] == ["a"]


def test_the_centre_is_the_message_most_often_passed_on_word_for_word() -> None:
    edited = MESSAGE.replace("truk tangki", "mobil bak")
    texts = {"a": edited, "b": MESSAGE, "c": MESSAGE, "d": edited.replace("semalam", "kemarin")}
    assert set(group_archive(list(texts), list(texts.values())).story.values()) == {"b"}


def test_an_id_that_comes_twice_is_refused_and_nothing_is_taken_in() -> None:
    index = DuplicateIndex()
    index.add("a", MESSAGE)
    with pytest.raises(ValueError, match="twice"):
        index.add_batch(["b", "a"], [OTHER, OTHER])
    with pytest.raises(ValueError, match="twice"):
        index.add_batch(["b", "b"], [OTHER, OTHER])
    assert index.stories() == {"a": "a"}


def test_scores_are_the_mean_of_jaccard_and_containment_shrunk_by_the_evidence() -> None:
    shared, one, other = np.array([40, 400, 0]), np.array([40, 400, 50]), np.array([80, 400, 60])
    assert score_pairs(shared, one, other).tolist() == [0.5 * 0.75, 1 / 1.1, 0.0]


def test_scores_of_a_batch_are_those_of_python_sets() -> None:
    texts = [one.document.text for one in simulate(Plan(seed=3, posts=1_500, days=3))]
    ready = [key for key in dict.fromkeys(map(ready_text, texts)) if len(key) >= MIN_BYTES]
    similar = Neighbours().add(ready)
    assert len(similar.score) > 50
    for newer, older, score in zip(similar.newer, similar.older, similar.score, strict=True):
        assert newer > older
        sets = [cut_shingles(ready[newer]), cut_shingles(ready[older])]
        shared = np.array([len(sets[0] & sets[1])])
        assert score_pairs(shared, np.array([len(sets[0])]), np.array([len(sets[1])]))[0] == pytest.approx(score)


def test_equal_values_in_signatures_estimate_the_jaccard_similarity() -> None:
    rng = random.Random(1)
    off = []
    for seed in range(150):
        one, other = words(seed, 40), words(1_000 + seed, 40)
        cut = rng.randrange(len(one))
        texts = [one.encode(), (one[:cut] + other[cut:]).encode()]
        sets = [cut_shingles(text) for text in texts]
        signatures = sign(pack_texts(texts))
        off.append((signatures[0] == signatures[1]).mean() - len(sets[0] & sets[1]) / len(sets[0] | sets[1]))
    assert abs(np.mean(off)) < 0.01
    assert np.std(off) < 0.06


def test_every_copy_is_found_however_large_the_batches_before_it_were() -> None:
    texts = [words(seed, 12).encode() for seed in range(9_000)]
    neighbours, rng = Neighbours(), random.Random(2)
    while len(neighbours) < 9_000:
        first = len(neighbours)
        similar = neighbours.add(texts[first : first + rng.randint(1, 700)])
        assert not len(similar.newer), "no two of them are alike"
    numbers = rng.sample(range(9_000), 300)
    similar = neighbours.add([texts[number] + b" benar" for number in numbers])
    assert similar.newer.tolist() == list(range(9_000, 9_300))
    assert similar.older.tolist() == numbers
    assert neighbours.text(9_000) == texts[numbers[0]] + b" benar"


def test_a_signature_does_not_depend_on_the_texts_beside_it() -> None:
    texts = [words(seed, 5 + 7 * seed).encode() for seed in range(20)]
    alone = np.concatenate([sign(pack_texts([text])) for text in texts])
    assert (sign(pack_texts(texts)) == alone).all()
    assert (band_hashes(sign(pack_texts(texts))) == band_hashes(alone)).all()


PIECES = [words(seed, 9) for seed in range(6)]
MADE = st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map(" ".join) | st.sampled_from(
    ["banjir", "Banjir!", "https://a.id", "", "gempa lagi", MESSAGE, OTHER, MESSAGE.replace("air", "listrik")]
)


@settings(max_examples=40, deadline=None)
@given(texts=st.lists(MADE, max_size=9), data=st.data())
def test_stories_do_not_depend_on_the_order_nor_on_the_batches(texts: list[str], data: st.DataObject) -> None:
    ids = [f"i{place}" for place in range(len(texts))]
    order = data.draw(st.permutations(range(len(texts))))
    straight = group_archive(ids, texts)
    assert list(straight.story) == ids
    assert all(straight.story[centre] == centre for centre in straight.story.values()), "a centre is of its own story"
    shuffled = group_archive([ids[place] for place in order], [texts[place] for place in order])
    assert shuffled.story == straight.story
    assert shuffled.suggested == straight.suggested
    online, batch = DuplicateIndex(), DuplicateIndex()
    singly = [online.add(ids[place], texts[place]) for place in order]
    assert batch.add_batch([ids[place] for place in order], [texts[place] for place in order]) == singly
    assert online.stories() == batch.stories() == straight.story


def test_posts_online_in_any_order_and_the_archive_find_the_same_stories() -> None:
    posts = [one.document for one in simulate(Plan(seed=8, posts=4_000, days=7))]
    ids, texts = [post.id for post in posts], [post.text for post in posts]
    found = []
    for order in (range(len(posts)), range(len(posts) - 1, -1, -1)):
        index = DuplicateIndex()
        index.add_batch([ids[place] for place in order], [texts[place] for place in order])
        found.append(index.stories())
    archive = group_archive(ids, texts).story
    differ = [sum(archive[id] != stories[id] for id in ids) for stories in found]
    assert max(differ) <= len(posts) // 500


def test_planted_copies_are_found_and_other_posts_left_alone() -> None:
    posts = list(simulate(Plan(seed=21, posts=4_000, days=7)))
    index = DuplicateIndex()
    index.add_batch([one.document.id for one in posts], [one.document.text for one in posts])
    story = index.stories()
    spreading = [one for one in posts if one.truth.stance == "spreads"]
    found: dict[str, Counter[str]] = {}
    for one in spreading:
        assert one.truth.story is not None
        found.setdefault(one.truth.story, Counter())[story[one.document.id]] += 1
    together = sum(max(parts.values()) for parts in found.values())
    assert together / len(spreading) > 0.98
    centres = {parts.most_common(1)[0][0] for parts in found.values()}
    strangers = [one for one in posts if one.truth.story is None and story[one.document.id] in centres]
    assert not strangers


def test_a_saved_index_goes_on_where_it_stopped(tmp_path: Path) -> None:
    posts = [one.document for one in simulate(Plan(seed=4, posts=1_200, days=3))]
    whole, half = DuplicateIndex(), DuplicateIndex()
    for index in (whole, half):
        index.add_batch([post.id for post in posts[:700]], [post.text for post in posts[:700]])
    half.save(tmp_path / "duplikat.npz")
    back = load_index(tmp_path / "duplikat.npz")
    assert back.stories() == whole.stories()
    later = ([post.id for post in posts[700:]], [post.text for post in posts[700:]])
    assert back.add_batch(*later) == whole.add_batch(*later)
    assert back.stories() == whole.stories()
    assert [path.name for path in tmp_path.iterdir()] == ["duplikat.npz"]


def test_an_empty_index_is_saved_and_loaded(tmp_path: Path) -> None:
    DuplicateIndex().save(tmp_path / "kosong.npz")
    back = load_index(tmp_path / "kosong.npz")
    assert back.add("a", MESSAGE).same is None
    assert back.stories() == {"a": "a"}


def test_a_damaged_or_missing_index_is_refused_with_its_reason(tmp_path: Path) -> None:
    path = tmp_path / "duplikat.npz"
    with pytest.raises(NotFound):
        load_index(path)
    index = DuplicateIndex()
    index.add("a", MESSAGE)
    index.save(path)
    whole = path.read_bytes()
    for damaged in (b"", b"bukan zip", whole[: len(whole) // 2], whole[:-30]):
        path.write_bytes(damaged)
        with pytest.raises(Quarantine, match="tidak terbaca") as refused:
            load_index(path)
        assert refused.value.reason == "bad-index"
