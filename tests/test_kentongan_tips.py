"""`kentongan tips`: from a citizen's message to the answer, by people with names."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from command_line import rows_of, run_command
from test_crawlers_by_hand import PNG
from tip_desk import CHECKED, CLARIFICATION, HOAX, publish_on, put_story

from casework.db import open_casework
from casework.people import actor_of, add_person, find_person
from casework.roles import SYSTEM, Role
from casework.tables import AuditRow
from kentongan.settings import Settings
from search.open import open_store

PEOPLE: dict[str, Role] = {"ani": "analis", "budi": "hukum", "pur": "pimpinan"}


@pytest.fixture
def story(settings: Settings) -> str:
    """A desk with people and one story; the id of its first item."""
    with open_store(settings) as store, open_casework(settings) as casework:
        with casework.begin() as session:
            for username, role in PEOPLE.items():
                add_person(session, username, name=username, role=role, actor=SYSTEM, now=datetime.now(UTC))
        return put_story(store, casework, settings)


def publish(settings: Settings, story: str) -> None:
    """Ani and Budi decide, Ani publishes."""
    with open_casework(settings) as casework:
        with casework.read() as session:
            one, other = (
                actor_of(session, find_person(session, name).id, now=datetime.now(UTC)) for name in ("ani", "budi")
            )
        publish_on(casework, story, HOAX, one=one, other=other)


def tips(settings: Settings, *words: str) -> list[dict[str, Any]]:
    return rows_of(settings, "tips", *words)


def test_a_tip_is_entered_matched_and_answered_from_the_command_line(settings: Settings, story: str) -> None:
    (tip,) = tips(settings, "add", HOAX, "--contact", "081299998888", "--as", "ani")
    assert (tip["number"], tip["state"], tip["story"], tip["story_joined"]) == ("LH-000001", "matched", story, "auto")
    refused = run_command(settings, "tips", "answer", "LH-000001", "--as", "ani", status=2)
    assert "Terbitkan klarifikasi" in refused.stderr
    publish(settings, story)
    (answer,) = tips(settings, "answer", "1", "--alike", "--as", "budi", "--note", "Terima kasih.")
    assert answer["text"].startswith(CLARIFICATION) and answer["source"] == "clarification"
    tips(settings, "sent", "1", "--how", "disalin petugas ke WhatsApp", "--as", "budi")
    assert tips(settings, "list") == []
    (shown,) = tips(settings, "show", "1")
    assert [one["act"] for one in shown["history"]] == ["received", "matched", "answered", "sent"]
    assert shown["state"] == "answered" and "reporter" not in shown and "0812" not in json.dumps(shown)
    with open_casework(settings) as casework, casework.read() as session:
        chosen = sa.select(AuditRow.action, AuditRow.detail).where(AuditRow.action.startswith("tips."))
        details = {action: dict(detail) for action, detail in session.execute(chosen)}
    assert details["tips.answered"]["lewat"] == "baris perintah" and "0812" not in json.dumps(details)


def test_the_reporter_is_shown_to_a_person_with_the_right_and_to_nobody_else(settings: Settings, story: str) -> None:
    tips(settings, "add", HOAX, "--contact", "081299998888", "--name", "Siti", "--as", "ani")
    assert "--as" in run_command(settings, "tips", "show", "1", "--reporter", status=2).stderr
    refused = run_command(settings, "tips", "show", "1", "--reporter", "--as", "pur", status=2)
    assert "tidak berhak" in refused.stderr and "0812" not in refused.stdout + refused.stderr
    (shown,) = tips(settings, "show", "1", "--reporter", "--as", "ani")
    assert shown["reporter"]["contact"] == "081299998888" and shown["original"] == HOAX
    assert "0 pelapor" in run_command(settings, "tips", "forget").stderr


def test_a_text_comes_from_standard_input_or_a_file_with_a_picture(
    settings: Settings, story: str, tmp_path: Path
) -> None:
    piped = run_command(settings, "tips", "add", "-", "--as", "ani", stdin=CHECKED)
    assert [claim["band"] for claim in json.loads(piped.stdout)["factchecks"]] == ["same"]
    message, picture = tmp_path / "pesan.txt", tmp_path / "layar.png"
    message.write_text(HOAX, encoding="utf-8")
    picture.write_bytes(PNG)
    (filed,) = tips(
        settings, "add", "--file", str(message), "--picture", str(picture), "--channel", "phone", "--as", "ani"
    )
    assert filed["channel"] == "phone" and filed["picture"].endswith(".png") and filed["story"] == story
    missing = run_command(settings, "tips", "add", "--file", "tidak-ada.txt", "--as", "ani", status=2)
    assert "tidak terbaca" in missing.stderr


def test_what_is_held_is_completed_and_matched_and_what_is_no_hoax_is_closed(settings: Settings, story: str) -> None:
    (held,) = tips(settings, "add", "Hoaks", "--as", "ani")
    assert held["state"] == "held" and "satu kata" in held["reason"]
    tips(settings, "complete", "1", HOAX, "--as", "ani")
    (matched,) = tips(settings, "match")
    assert matched["state"] == "matched" and matched["story"] == story
    assert tips(settings, "attach", "1", story, "--as", "ani")[0]["story_joined"] == "person"
    assert "alasan" in run_command(settings, "tips", "close", "1", "--reason", "x", "--as", "ani", status=2).stderr
    reason = "Pelapor menarik laporannya sendiri."
    (closed,) = tips(settings, "close", "1", "--reason", reason, "--as", "ani")
    assert (closed["state"], closed["reason"], closed["minutes_left"]) == ("closed", reason, None)


def test_nobody_acts_without_a_name_or_the_right_to(settings: Settings, story: str) -> None:
    assert "--as" in run_command(settings, "tips", "add", HOAX, status=2).stderr
    for username, said in (("pur", "tidak berhak"), ("siapa", "tidak ada")):
        assert said in run_command(settings, "tips", "add", HOAX, "--as", username, status=2).stderr
    assert "LH-000007 tidak ada" in run_command(settings, "tips", "show", "7", status=2).stderr
    assert tips(settings, "list", "--all") == []
