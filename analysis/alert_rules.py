"""Alert rules: what each kind is told (its parameters), what it looks at (its facts), and when it fires.

Pure and online: whether a rule fires at the end of an hour depends on what is known up to that hour alone, so that a
pass over 90 days fires exactly what 2,160 single hours would. Wording for people is Indonesian and calls nothing a
hoax: a story is "terindikasi".
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Literal, get_args

import msgspec

from analysis.alert_firings import HOUR, Firing, hour_ends
from analysis.alert_rules_hours import (
    DropParameters,
    HourFacts,
    SilenceParameters,
    SpikeParameters,
    judge_drop,
    judge_silence,
    judge_spike,
)
from analysis.alert_rules_posts import (
    DayFacts,
    HoaxStoryParameters,
    NewTermParameters,
    SentimentShiftParameters,
    StoryFacts,
    TermFacts,
    judge_new_term,
    judge_sentiment_shift,
    judge_story,
)
from analysis.alert_rules_states import (
    BridgeFacts,
    BridgeStaleParameters,
    DeadlineFacts,
    DeadlineParameters,
    judge_bridges,
    judge_deadlines,
)
from kentongan.errors import KentonganError

__all__ = [
    "HOUR", "RULE_KINDS", "BridgeFacts", "BridgeStaleParameters", "DayFacts", "DeadlineFacts", "DeadlineParameters",
    "DropParameters", "Facts", "Firing", "HoaxStoryParameters", "HourFacts", "NewTermParameters", "Parameters",
    "RuleKind", "SentimentShiftParameters", "SilenceParameters", "SpikeParameters", "StoryFacts", "TermFacts",
    "hour_ends", "judge", "plain_parameters", "read_parameters",
]  # fmt: skip

RuleKind = Literal[
    "spike", "drop", "silence", "new_term", "sentiment_shift", "hoax_story", "deadline", "bridge_stale"
]  # fmt: skip
RULE_KINDS: Final[tuple[RuleKind, ...]] = get_args(RuleKind)

Parameters = (
    SpikeParameters
    | DropParameters
    | SilenceParameters
    | NewTermParameters
    | SentimentShiftParameters
    | HoaxStoryParameters
    | DeadlineParameters
    | BridgeStaleParameters
)
Facts = HourFacts | DayFacts | TermFacts | StoryFacts | DeadlineFacts | BridgeFacts

PARAMETERS: Final[Mapping[RuleKind, type[Parameters]]] = {
    "spike": SpikeParameters,
    "drop": DropParameters,
    "silence": SilenceParameters,
    "new_term": NewTermParameters,
    "sentiment_shift": SentimentShiftParameters,
    "hoax_story": HoaxStoryParameters,
    "deadline": DeadlineParameters,
    "bridge_stale": BridgeStaleParameters,
}


def read_parameters(kind: RuleKind, given: Mapping[str, Any]) -> Parameters:
    """The parameters of a kind, defaults filled in. Raises KentonganError for an unknown name or a value that does not
    fit."""
    try:
        return msgspec.convert(dict(given), PARAMETERS[kind])
    except (msgspec.ValidationError, ValueError) as error:
        raise KentonganError(
            f"Ukuran aturan ini tidak cocok: {error}.",
            hint=f"Yang dikenal: {', '.join(PARAMETERS[kind].__struct_fields__)}.",
        ) from error


def plain_parameters(parameters: Parameters) -> dict[str, Any]:
    """The parameters as plain data, complete: what a rule keeps."""
    plain: dict[str, Any] = msgspec.to_builtins(parameters)
    return plain


def judge(parameters: Parameters, facts: Facts, *, since: datetime, until: datetime) -> list[Firing]:
    """Every firing at an hour's end in (since, until], oldest first, ties by group.

    ``facts`` reach at least as far back as the kind looks (see the readers in ``casework.alerts``); what they hold
    after an hour changes nothing about it. Raises ValueError for facts of another kind.
    """
    found: list[Firing]
    match parameters, facts:
        case SpikeParameters(), HourFacts():
            found = judge_spike(parameters, facts, since=since, until=until)
        case DropParameters(), HourFacts():
            found = judge_drop(parameters, facts, since=since, until=until)
        case SilenceParameters(), HourFacts():
            found = judge_silence(parameters, facts, since=since, until=until)
        case NewTermParameters(), TermFacts():
            found = judge_new_term(parameters, facts, since=since, until=until)
        case SentimentShiftParameters(), DayFacts():
            found = judge_sentiment_shift(parameters, facts, since=since, until=until)
        case HoaxStoryParameters(), StoryFacts():
            found = judge_story(parameters, facts, since=since, until=until)
        case DeadlineParameters(), DeadlineFacts():
            found = judge_deadlines(parameters, facts, since=since, until=until)
        case BridgeStaleParameters(), BridgeFacts():
            found = judge_bridges(parameters, facts, since=since, until=until)
        case _:
            raise ValueError(f"{type(facts).__name__} are no facts for {type(parameters).__name__}")
    return sorted(found, key=lambda firing: (firing.at, firing.group))
