"""How contacts reach the teams of the new site, and how calls leave it."""

from collections.abc import Iterator, Sequence
from typing import Final

from contactcenter.demo.newsite.places import PROJECTS
from contactcenter.demo.newsite.words import BRANCHES, OFF, ON, SERVICES, SITE, SITES, ZONE, Row, at, joined, sound

NUMBERS: Final = 1500
SOUNDS: Final = 40
SOUND = "Sound"  # what an audio file holds; no column of a file
_PLAYED: Final = 30  # sounds that queues play

_LONGEST: Final = "LONGEST_AVAILABLE_AGENT"
_WORDS: Final = {"TELEPHONY": "calls", "EMAIL": "mail", "CHAT": "chat", "SOCIAL_CHANNEL": "messages"}
# how long contacts may wait, and how long they should, in seconds
_TIMES: Final = {
    "TELEPHONY": ("1200", "30"),
    "EMAIL": ("172800", "14400"),
    "CHAT": ("900", "60"),
    "SOCIAL_CHANNEL": ("28800", "900"),
}
_RECORDING: Final = ("Permit Monitoring", "Permit Recording", "Record All Calls", "Pause or Resume Enabled")


def audio_files() -> list[Row]:
    return [{"Name": sound(number), SOUND: str(number)} for number in range(1, SOUNDS + 1)]


def queue(service: str, channel: str, site: str) -> str:
    return f"{service} {_WORDS[channel]} {site}"


def queues() -> list[Row]:
    rows: list[Row] = []
    for number, service in enumerate(SERVICES):
        for channel in _WORDS:
            for site in SITES:
                name = queue(service, channel, site)
                rows.append({"Name": name, **_timed(channel), **_routed(number), **_heard(number, channel)})
                rows += _groups(name, _steps(service, channel, site))
    # nobody answers these yet
    rows += [
        {"Name": f"{name} calls", **_timed("TELEPHONY"), **_routed(1), **_heard(1, "TELEPHONY")} for name in PROJECTS
    ]
    rows += [{"Name": f"{name} mail", **_timed("EMAIL"), **_routed(1)} for name in PROJECTS]
    return rows


def _timed(channel: str) -> Row:
    longest, threshold = _TIMES[channel]
    return {
        "Channel Type": channel,
        "Max Time In Queue": longest,
        "Service Level Threshold": threshold,
        "Timezone": ZONE,
    }


def _routed(number: int) -> Row:
    if number % 3:
        return {"Routing Type": _LONGEST}
    selection = _LONGEST if number % 2 else "BEST_AVAILABLE_AGENT"
    return {"Routing Type": "SKILLS_BASED", "Skill-Based Agent Selection": selection}


def _heard(number: int, channel: str) -> Row:
    """Music and recording, which only calls have."""
    if channel != "TELEPHONY":
        return {}
    switches = {title: ON if number % (place + 2) == 0 else OFF for place, title in enumerate(_RECORDING)}
    pause = {"Recording Pause Duration": "20"} if switches[_RECORDING[-1]] == ON else {}
    return {**switches, **pause, "Default Music in Queue": sound(1 + number % _PLAYED)}


def _steps(service: str, channel: str, site: str) -> Iterator[tuple[str, Sequence[str]]]:
    """Who is asked at once, and who joins later."""
    yield site, [at(service, site)]
    yield "Everybody", [at(service, other) for other in SITES if other != site] + [f"{service} 2"]
    if channel == "TELEPHONY":
        yield "Partner", [f"{service} partner"]


def _groups(name: str, steps: Iterator[tuple[str, Sequence[str]]]) -> Iterator[Row]:
    for place, (label, teams) in enumerate(steps, start=1):
        yield {
            "Name": name,
            "Distribution Group": label,
            "Distribution Group Seq": str(place),
            "Group Fallback Time": str(60 * (place - 1)) if place > 1 else "",
            "Group Teams": joined(teams),
        }


def outdial_queues() -> list[Row]:
    rows: list[Row] = []
    for number, service in enumerate(SERVICES):
        name = f"{service} campaign Brno"
        campaign = {"Outbound Campaign": ON, "Routing Type": _LONGEST}
        rows.append({"Name": name, **_called(number), **campaign})
        steps = ((SITE, [at(service, SITE), f"{service} 2"]), ("Branches", [at(service, site) for site in BRANCHES]))
        rows += _groups(name, iter(steps))
    plain = [f"{site} outgoing" for site in SITES] + [f"{name} outgoing" for name in PROJECTS]
    return rows + [{"Name": name, **_called(1), "Outbound Campaign": OFF} for name in plain]


def _called(number: int) -> Row:
    timed = _timed("TELEPHONY")
    del timed["Channel Type"]
    return {**timed, **_heard(number, "TELEPHONY")}


def entry_points() -> list[Row]:
    """How a service is reached: by phone, in writing, and through two social channels."""
    rows = []
    for service in SERVICES:
        address = service.lower().replace(" ", "-")
        for word, channel, social, asset in (
            ("line", "TELEPHONY", "", ""),
            ("mailbox", "EMAIL", "", f"{address}@brno.demo.test"),
            ("chat", "CHAT", "", f"{address}.brno.demo.test"),
            ("texts", "SOCIAL CHANNEL", "SMS", "Orion Care Brno"),
            ("WhatsApp", "SOCIAL_CHANNEL", "WHATSAPP", ""),
        ):
            name = f"{service} {word} Brno"
            rows.append(_entry_point(name, channel) | {"Social Channel Type": social, "Asset Name": asset})
    for name in PROJECTS:
        rows += [_entry_point(f"{name} line", "TELEPHONY"), _entry_point(f"{name} mailbox", "EMAIL")]
    return rows


def _entry_point(name: str, channel: str) -> Row:
    threshold = _TIMES[channel.replace(" ", "_")][1]
    return {"Name": name, "Service Level Threshold": threshold, "Timezone": ZONE, "Channel Type": channel}


def outdial_entry_points() -> list[Row]:
    rows = [(f"{service} outdial Brno", f"{service} campaign Brno") for service in SERVICES]
    rows += [(f"{site} outdial", f"{site} outgoing") for site in SITES]
    rows += [(f"{name} outdial", "") for name in PROJECTS]
    threshold = {"Service Level Threshold": "30", "Timezone": ZONE}
    return [{"Name": name, "Outdial Queue": queue, **threshold} for name, queue in rows]


def entry_point_mappings() -> list[Row]:
    return [
        {
            "Dialed Number": f"+420530{600_000 + number}",
            "Entry Point": f"{SERVICES[number % len(SERVICES)]} line Brno",
            "Region": "CZ" if number % 3 else "",
        }
        for number in range(NUMBERS)
    ]
