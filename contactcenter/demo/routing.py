"""How contacts reach the demo company's teams, and how calls leave it."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from contactcenter.demo.places import doing
from contactcenter.demo.sounds import Notes, wav
from contactcenter.directory.audio import save_audio_file
from contactcenter.directory.models import (
    AudioFile,
    DistributionGroup,
    EntryPointMapping,
    InboundEntryPoint,
    InboundQueue,
    OutdialEntryPoint,
    OutdialQueue,
    Team,
)
from contactcenter.directory.services import save_object

_PRAHA: Final = "Europe/Prague"
_LONGEST, _SKILLS = InboundQueue.RoutingType.LONGEST_AVAILABLE_AGENT, InboundQueue.RoutingType.SKILLS_BASED
_CALLS, _MAIL, _CHAT, _SOCIAL = "TELEPHONY", "EMAIL", "CHAT", "SOCIAL_CHANNEL"

_CHIME: Final = ((659.26, 0.9), (523.25, 1.6))
_MELODY: Final = tuple(
    (hertz, 0.5) for hertz in (523.25, 659.26, 783.99, 659.26, 698.46, 587.33, 493.88, 587.33, 523.25, 392.0, 523.25)
)
_WALTZ: Final = tuple((hertz, 0.4) for hertz in (392.0, 523.25, 523.25, 440.0, 587.33, 587.33, 493.88, 659.26, 523.25))
_SOUNDS: Final[tuple[tuple[str, Notes, str], ...]] = (
    ("Two-tone chime.wav", _CHIME, AudioFile.Encoding.PCM),
    ("Waiting melody.wav", _MELODY, AudioFile.Encoding.ULAW),
    ("Short waltz.wav", _WALTZ, AudioFile.Encoding.ALAW),
)

# name, channel, social channel, asset, description
_ENTRY_POINTS: Final = (
    ("Care line", _CALLS, "", "", "The number on every invoice."),
    ("Technical line", _CALLS, "", "", "Faults and repairs."),
    ("Sales line", _CALLS, "", "", "Orders and renewals."),
    ("Care mailbox", _MAIL, "", "care@demo.test", "General questions."),
    ("Claims mailbox", _MAIL, "", "claims@demo.test", "Claims with documents."),
    ("Website", _CHAT, "", "www.demo.test", "The chat at the corner of every page."),
    ("Customer area", _CHAT, "", "my.demo.test", "The chat of signed-in customers."),
    ("Text messages", _SOCIAL, "SMS", "Orion Care SMS", "Answers to reminders."),
    ("WhatsApp", _SOCIAL, "WHATSAPP", "Orion Care", ""),
    ("Messenger", _SOCIAL, "FACEBOOK MESSENGER", "Orion Care", ""),
    ("Apple Messages", _SOCIAL, "APPLE_BUSINESS_CHAT", "Orion Care", ""),
)
# dialed number, entry point, region
_MAPPINGS: Final = (
    ("+420225550100", "Care line", "CZ"),
    ("+420800555100", "Care line", "CZ"),
    ("+33455500100", "Care line", "FR"),
    ("+34955550100", "Care line", "ES"),
    ("+420225550110", "Technical line", "CZ"),
    ("+420225550120", "Sales line", "CZ"),
    ("5000", "Technical line", EntryPointMapping.DEFAULT_REGION),
)


@dataclass(frozen=True)
class Routing:
    queues: Mapping[str, InboundQueue]
    entry_points: Mapping[str, InboundEntryPoint]
    outdial_entry_points: Mapping[str, OutdialEntryPoint]


Step = tuple[str, int | None, Sequence[Team]]  # a group of teams, the seconds after which it is asked too, the teams


def create_routing(teams: Sequence[Team], capacity_teams: Mapping[str, Team]) -> Routing:
    sounds = {name: _sound(name, notes, encoding) for name, notes, encoding in _SOUNDS}
    queues = [*_calls(teams, capacity_teams, sounds), *_written(teams)]
    outdial = _outdial_queues(teams, sounds)
    entry_points = {row[0]: _entry_point(*row) for row in _ENTRY_POINTS}
    for number, entry_point, region in _MAPPINGS:
        mapping = EntryPointMapping(dialed_number=number, entry_point=entry_points[entry_point], region=region)
        save_object(mapping)
    return Routing({queue.name: queue for queue in queues}, entry_points, _outdial_entry_points(outdial))


def _sound(name: str, notes: Notes, encoding: str) -> AudioFile:
    content = wav(notes, encoding)
    return save_audio_file(AudioFile(name=name), io.BytesIO(content), len(content))


def _groups(*steps: Step) -> list[DistributionGroup]:
    groups = []
    for place, (label, seconds, teams) in enumerate(steps, start=1):
        group = DistributionGroup(distribution_group=label, distribution_group_seq=place, group_fallback_time=seconds)
        group.chosen = {"group_teams": teams}
        groups.append(group)
    return groups


def _queue(name: str, channel: str, description: str, *steps: Step, **values: Any) -> InboundQueue:
    values = {"routing_type": _LONGEST, "timezone": _PRAHA, **values}
    queue = InboundQueue(name=name, channel_type=channel, description=description, **values)
    return save_object(queue, links={"groups": _groups(*steps)})


def _calls(
    teams: Sequence[Team], capacity_teams: Mapping[str, Team], sounds: Mapping[str, AudioFile]
) -> list[InboundQueue]:
    times = {"max_time_in_queue": 1200, "service_level_threshold": 20}
    recorded = {"permit_monitoring": True, "permit_recording": True}
    pausable = {**recorded, "record_all_calls": True, "pause_or_resume_enabled": True, "recording_pause_duration": 30}
    best, longest = InboundQueue.Selection.BEST_AVAILABLE_AGENT, InboundQueue.Selection.LONGEST_AVAILABLE_AGENT
    return [
        _queue(
            "Care calls",
            _CALLS,
            "Whoever speaks the caller's language best.",
            ("Care Praha", None, doing("Care", teams, "Praha")),
            ("Care everywhere", 45, [*doing("Care", teams, "Lyon"), *doing("Care", teams, "Sevilla")]),
            ("Partners", 180, [capacity_teams["Night line"], capacity_teams["Overflow partner"]]),
            routing_type=_SKILLS,
            skill_based_agent_selection=best,
            default_music_in_queue=sounds["Waiting melody.wav"],
            **times,
            **recorded,
        ),
        _queue(
            "Technical calls",
            _CALLS,
            "Faults and repairs.",
            ("Technical support", None, doing("Technical support", teams)),
            ("Weekend", 240, [capacity_teams["Weekend partner"]]),
            default_music_in_queue=sounds["Short waltz.wav"],
            **times,
        ),
        _queue(
            "Sales calls",
            _CALLS,
            "Recorded; paused while cards are read out.",
            ("Sales", None, doing("Sales", teams)),
            routing_type=_SKILLS,
            skill_based_agent_selection=longest,
            default_music_in_queue=sounds["Two-tone chime.wav"],
            **times,
            **pausable,
        ),
    ]


def _written(teams: Sequence[Team]) -> list[InboundQueue]:
    day = {"max_time_in_queue": 172_800, "service_level_threshold": 14_400}
    minutes = {"max_time_in_queue": 900, "service_level_threshold": 60}
    hours = {"max_time_in_queue": 14_400, "service_level_threshold": 600}
    care, claims, sales = (doing(work, teams) for work in ("Care", "Claims", "Sales"))
    return [
        _queue("Care mail", _MAIL, "General questions.", ("Care", None, care), **day),
        _queue("Claims mail", _MAIL, "Claims with documents.", ("Claims", None, claims), ("Care", 7200, care), **day),
        _queue("Website chat", _CHAT, "Visitors.", ("Sales", None, sales), ("Care", 40, care), **minutes),
        _queue("Customer chat", _CHAT, "Signed-in customers.", ("Care", None, care), **minutes),
        _queue(
            "Messages Lyon",
            _SOCIAL,
            "Messages in French.",
            ("Care Lyon", None, doing("Care", teams, "Lyon")),
            timezone="Europe/Paris",
            **hours,
        ),
        _queue("Messages", _SOCIAL, "All other messages.", ("Care", None, care), **hours),
    ]


def _outdial_queues(teams: Sequence[Team], sounds: Mapping[str, AudioFile]) -> dict[str, OutdialQueue]:
    common = {
        "max_time_in_queue": 600,
        "service_level_threshold": 30,
        "timezone": _PRAHA,
        "default_music_in_queue": sounds["Two-tone chime.wav"],
    }

    def campaign(name: str, description: str, *steps: Step) -> OutdialQueue:
        queue = OutdialQueue(
            name=name, description=description, outbound_campaign=True, routing_type=_LONGEST, **common
        )
        return save_object(queue, links={"groups": _groups(*steps)})

    plain = (
        OutdialQueue(name="Outgoing calls", description="Calls that agents dial.", permit_recording=True, **common),
        OutdialQueue(name="Promised calls", description="Callbacks at their time.", **common),
    )
    sales, care = doing("Sales", teams), doing("Care", teams)
    return {
        **{queue.name: save_object(queue) for queue in plain},
        "Renewals": campaign("Renewals", "Contracts that end soon.", ("Sales", None, sales), ("Care", 120, care)),
        "Surveys": campaign("Surveys", "How it went, a day later.", ("Care", None, care)),
    }


def _entry_point(name: str, channel: str, social: str, asset: str, description: str) -> InboundEntryPoint:
    return save_object(
        InboundEntryPoint(
            name=name,
            description=description,
            channel_type=channel,
            social_channel_type=social,
            asset_name=asset,
            service_level_threshold=20 if channel == _CALLS else 600,
            timezone=_PRAHA,
        )
    )


def _outdial_entry_points(queues: Mapping[str, OutdialQueue]) -> dict[str, OutdialEntryPoint]:
    rows = (
        ("Outdial", "Calls that agents dial.", queues["Outgoing calls"]),
        ("Callbacks", "Calls that were promised.", queues["Promised calls"]),
        ("Campaigns", "Calls from a list.", queues["Renewals"]),
    )
    common = {"timezone": _PRAHA, "service_level_threshold": 30}
    return {
        name: save_object(OutdialEntryPoint(name=name, description=described, outdial_queue=queue, **common))
        for name, described, queue in rows
    }
