"""Share of voice and the error bar of sentiment as one compact line of HTML. Pure."""

from __future__ import annotations

from html import escape

from analysis.trends import Movement
from casework.trend_reading import TrendReport
from dashboard.words import Language, say
from kentongan.numbers import format_number


def voice_line(report: TrendReport, language: Language) -> str:
    """The question's share of everything collected against before, its voices, and how far its sentiment is usually
    off. A question that asks for everything has no share."""
    counts = report.counts
    parts = []
    if report.volume.now.value is not None and counts.now.posts < counts.now.collected:
        now = report.volume.now
        share = say(
            "trends_voice_words", language, share=percent(now.value, language), high=percent(now.high, language),
            low=percent(now.low, language).removesuffix(" %"),
            collected=format_number(counts.now.collected, language=language),
        )  # fmt: skip
        parts.append(f"<b>{say('trends_voice', language)}</b> {escape(share)}, {change_words(report.volume, language)}")
    if report.voices is not None:
        name = "trends_voices" if report.voices.by == "voices" else "trends_accounts"
        parts.append(say(name, language, count=format_number(report.voices.count, language=language)))
    parts.append(error_words(report, language))
    return f'<div class="kt-voice">{"".join(f"<span>{part}</span>" for part in parts)}</div>'


def change_words(volume: Movement, language: Language) -> str:
    """The share in the stretch before, and whether it surely changed."""
    if volume.before is None or volume.before.value is None or volume.now.value is None:
        return say("trends_before_none", language)
    before = say("trends_before", language, share=percent(volume.before.value, language))
    change = "same"
    if volume.sure:
        change = "up" if volume.now.value > volume.before.value else "down"
    return f"{before} ({say(f'trends_change_{change}', language)})"


def error_words(report: TrendReport, language: Language) -> str:
    """How far shares of sentiment are usually off, with where that comes from for the pointer."""
    error = report.error
    if error is None:
        return say("trends_off_unknown", language)
    points = {label: round(100 * value) for label, value in error.error.items()}
    hint = say(
        "trends_off_hint", language, matters=error.matters, texts=format_number(error.texts, language=language),
        model=error.model,
    )  # fmt: skip
    return f'<span title="{escape(hint, quote=True)}">{say("trends_off", language, **points)}</span>'


def percent(value: float | None, language: Language) -> str:
    """A share in percent, with a decimal where it is small."""
    if value is None:
        return "–"
    return f"{format_number(100 * value, language=language, decimals=0 if value >= 0.1 else 1)} %"
