"""The labelled sets a model may learn from: what each can say, how far it is trusted, and what keeps one out."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from kentongan.schema import SENTIMENTS

NEGATIVE, NEUTRAL, POSITIVE = SENTIMENTS


class SentimentSet(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How one sentiment set is used."""

    policy: str = ""
    """The public matter its posts are about; sets with the same one are held out together. Empty for reviews and for
    everyday talk."""
    lacks: frozenset[str] = frozenset()
    """Labels this set never gives: its rows are no evidence against them."""
    weight: float = 1.0
    """Trust, relative to the others."""
    aligned: str = ""
    """Sets with the same word hold the same sentences in several languages, row by row (or nearly so)."""
    use: str = "train"
    """"train"; "test" (never trained on, only measured); the reason stands in ``why``."""
    why: str = ""
    """Why it is not trained on, or trusted less."""


LOCAL_LANGUAGE = SentimentSet(aligned="nusax")
TRANSLATION = SentimentSet(aligned="nusatranslation", lacks=frozenset({NEUTRAL}), weight=0.5, why="no neutral class")

SENTIMENT_SETS: Mapping[str, SentimentSet] = MappingProxyType(
    {
        "smsa_train": SentimentSet(),
        "smsa_valid": SentimentSet(use="test", why="the published validation rows of SmSA"),
        "nusax_jv": LOCAL_LANGUAGE,
        "nusax_su": LOCAL_LANGUAGE,
        "nusax_bjn": LOCAL_LANGUAGE,
        "nusax_min": LOCAL_LANGUAGE,
        "nusatranslation_jav": TRANSLATION,
        "nusatranslation_sun": TRANSLATION,
        "nusatranslation_min": TRANSLATION,
        "nusatranslation_bew": TRANSLATION,
        "gov_covid_2020": SentimentSet(policy="pemerintah 2020"),
        "vaccine_2021": SentimentSet(policy="vaksin 2021"),
        "mbg_2025": SentimentSet(
            policy="makan bergizi gratis 2025",
            lacks=frozenset({NEUTRAL}),
            weight=0.5,
            why="its labels follow campaign slogans",
        ),
        "dinkes_semarang_ig_2020_21": SentimentSet(policy="dinas kesehatan 2020-21"),
        "ifest_ppkm_2021": SentimentSet(policy="PPKM 2021"),
        "skripsi_ppkm_2021": SentimentSet(policy="PPKM 2021"),
        "pilkada_dki_2017": SentimentSet(
            policy="Pilkada 2017",
            lacks=frozenset({NEUTRAL}),
            use="test",
            why="its licence allows personal use only",
        ),
        "pilpres_2019_debat_ekonomi": SentimentSet(
            policy="Pilpres 2019", weight=0.5, why="whom the sentiment is about is unclear"
        ),
        "ruu_cipta_kerja_2020": SentimentSet(
            policy="Cipta Kerja 2020",
            lacks=frozenset({NEUTRAL}),
            weight=0.5,
            why="its positives are mostly campaign posts",
        ),
        "ekonomi_prabowo_gibran": SentimentSet(policy="ekonomi 2025"),
        "pilgub_jatim_2024": SentimentSet(policy="Pilgub 2024"),
        "ppn12_pajak_naik": SentimentSet(policy="PPN 2024", lacks=frozenset({POSITIVE})),
        "zonasi_sekolah": SentimentSet(policy="zonasi sekolah", lacks=frozenset({POSITIVE})),
        "samsat_signal_app": SentimentSet(policy="aplikasi Samsat"),
    }
)
