"""One side of the duplicates benchmark in its own process: our index, or datasketch with the same verification.

    python -m benchmarks.duplicates_worker ours|datasketch POSTS
    python -m benchmarks.duplicates_worker memory POSTS

makes the simulated posts, then answers each line of standard input ("sign", "pipeline") with one line of JSON. Both
sides get the same messages (equal ones merged, short ones kept out) as ready texts, cut them into the same shingles,
and use as many permutations, the same bands and the same scores.
"""

from __future__ import annotations

import sys
import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from analysis.duplicates import JOIN, DuplicateIndex
from analysis.neighbours import BATCH, EVIDENCE
from analysis.shingles import MIN_BYTES, SHINGLE, content_key
from analysis.signatures import BANDS, BINS, ROWS, pack_texts, sign
from kentongan.batches import batched
from samples.simulate import Plan, Truth, simulate

SEED = 29
"""No threshold was chosen on the posts of this seed."""
DAYS = 30
LOAD = 1024
"""Posts our index is handed at a time."""
CRC_SAMPLE = 1000
"""Texts that datasketch also signs with a faster hash than its default."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posts:
    """Simulated posts, ready for comparison."""

    keys: list[bytes]
    truths: list[Truth]
    ready_seconds: float
    """What making them ready took; both sides need it and neither is charged."""

    def messages(self) -> list[bytes]:
        """The different messages long enough to be compared, in the order they came."""
        return [key for key in dict.fromkeys(self.keys) if len(key) >= MIN_BYTES]


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a side did."""

    seconds: float = 0.0
    """Processor time."""
    texts: int = 0
    story: list[int] = []
    """For each post a number that posts of the same story share."""
    detail: dict[str, float] = {}


def make_posts(count: int) -> Posts:
    """The first posts of the stream, the same in every process."""
    simulated = [(one.document.text, one.truth) for one in simulate(Plan(seed=SEED, posts=count, days=DAYS))]
    begun = time.process_time()
    keys = [content_key(text) for text, _ in simulated]
    spent = time.process_time() - begun
    return Posts(keys=keys, truths=[truth for _, truth in simulated], ready_seconds=spent)


def sign_ours(messages: Sequence[bytes]) -> Answer:
    begun = time.process_time()
    for texts in batched(messages, BATCH):
        sign(pack_texts(texts))
    return Answer(seconds=time.process_time() - begun, texts=len(messages))


def run_ours(posts: Posts) -> Answer:
    index = DuplicateIndex()
    ids = [str(number) for number in range(len(posts.keys))]
    begun = time.process_time()
    for at in range(0, len(ids), LOAD):
        index.add_messages(ids[at : at + LOAD], posts.keys[at : at + LOAD])
    spent = time.process_time() - begun
    return Answer(seconds=spent, texts=len(ids), story=[int(centre) for centre in index.stories().values()])


def cut_shingles(text: bytes) -> set[bytes]:
    return {text[at : at + SHINGLE] for at in range(len(text) - SHINGLE + 1)}


def sign_theirs(messages: Sequence[bytes]) -> Answer:
    from datasketch import MinHash

    begun = time.process_time()
    shingles = [cut_shingles(text) for text in messages]
    cut = time.process_time()
    MinHash.bulk(shingles, num_perm=BINS)
    end = time.process_time()
    few = shingles[:CRC_SAMPLE]
    MinHash.bulk(few, num_perm=BINS, hashfunc=zlib.crc32)
    detail = {
        "cutting_us": 1e6 * (cut - begun) / len(messages),
        "signing_with_crc32_us": 1e6 * (time.process_time() - end) / len(few),
    }
    return Answer(seconds=end - begun, texts=len(messages), detail=detail)


def run_theirs(posts: Posts) -> Answer:
    """Sign, look up, verify exactly, insert: one message after the other, equal ones merged by a dict."""
    from datasketch import MinHash, MinHashLSH

    begun = time.process_time()
    index = MinHashLSH(num_perm=BINS, params=(BANDS, ROWS))
    empty = MinHash(num_perm=BINS)
    known: dict[bytes, int] = {}
    shingles: list[set[bytes]] = []
    story: list[int] = []
    messages: list[int] = []
    for key in posts.keys:
        message = known.get(key) if key else None
        if message is None:
            message = len(story)
            story.append(message)
            shingles.append(cut_shingles(key) if len(key) >= MIN_BYTES else set())
            if key:
                known[key] = message
            if len(key) >= MIN_BYTES:
                signature = empty.copy()
                signature.update_batch(shingles[message])
                for other in index.query(signature):
                    if score_sets(shingles[message], shingles[other]) >= JOIN:
                        one, two = find_root(story, message), find_root(story, other)
                        story[max(one, two)] = min(one, two)
                index.insert(message, signature)
        messages.append(message)
    spent = time.process_time() - begun
    return Answer(seconds=spent, texts=len(posts.keys), story=[find_root(story, message) for message in messages])


def score_sets(one: set[bytes], other: set[bytes]) -> float:
    """The score of ``analysis.neighbours.score_pairs`` of two sets."""
    shared = len(one & other)
    jaccard, contained = shared / (len(one) + len(other) - shared), shared / min(len(one), len(other))
    return (jaccard + contained) / 2 * (shared / (shared + EVIDENCE))


def find_root(story: list[int], message: int) -> int:
    while story[message] != message:
        story[message] = story[story[message]]
        message = story[message]
    return message


def measure_memory(count: int) -> Answer:
    """Take in posts as they are made, none of them kept outside the index, and say what the process needed."""
    index = DuplicateIndex()
    spent = 0.0
    for load in batched(simulate(Plan(seed=SEED, posts=count, days=DAYS)), LOAD):
        begun = time.process_time()
        index.add_batch([one.document.id for one in load], [one.document.text for one in load])
        spent += time.process_time() - begun
    with Path("/proc/self/status").open(encoding="ascii") as status:
        peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM:")) / 1024
    detail = {"peak_mib": peak, "messages": float(len(index.first)), "compared": float(len(index.neighbours))}
    return Answer(seconds=spent, texts=len(index), detail=detail)


def answer_lines(side: str, count: int) -> None:
    """Make the posts, say so, then answer."""
    posts = make_posts(count)
    messages = posts.messages()
    ours = side == "ours"
    acts: dict[str, Callable[[], Answer]] = {
        "sign": lambda: (sign_ours if ours else sign_theirs)(messages),
        "pipeline": lambda: (run_ours if ours else run_theirs)(posts),
    }
    write(Answer(seconds=posts.ready_seconds, texts=count))
    for line in sys.stdin:
        write(acts[line.strip()]())


def write(answer: Answer) -> None:
    sys.stdout.write(msgspec.json.encode(answer).decode() + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    if sys.argv[1] == "memory":
        write(measure_memory(int(sys.argv[2])))
    else:
        answer_lines(sys.argv[1], int(sys.argv[2]))
