"""The files that ``benchmarks.bulk`` has imported: people with all their references, and what they refer to."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

CASES = ("new", "changed", "unchanged", "bad")
SITES, TEAMS, PROFILES = 20, 200, 10
BAD = 20  # every so many rows one is bad

Lines = Sequence[Sequence[str]]

_USER = (
    "Email",
    "User Profile",
    "Contact Center Enabled",
    "Site",
    "Teams",
    "Skill Profile",
    "Desktop Profile",
    "Multimedia Profile",
    "External Id",
    "Default DN",
    "First Name",
    "Last Name",
)
_DESKTOP_PROFILE = {
    "Wrap Up Type": "MANUAL",
    "Agent Available After Outdial": "true",
    "Allow Auto Wrap Up Extension": "false",
    "Wrap Up Options": "ALL",
    "Idle Options": "ALL",
    "Transfer Options": "ALL",
    "Buddy Team Option": "ALL",
    "Consult To Queue": "true",
    "Outdial Enabled": "false",
    "Dial Plan Enabled": "false",
    "DN Validation Option": "UNRESTRICTED",
    "Agent Statistics": "true",
    "Queue Statistics Option": "ALL",
    "Logged In Team Statistics": "true",
    "Team Statistics Option": "ALL",
}
_USER_PROFILE = {
    "Profile Type": "STANDARD_AGENT",
    "Module Access": "ALL",
    "Entry Point Access": "ALL",
    "Site Access": "ALL",
    "Queue Access": "ALL",
    "Team Access": "ALL",
}
_FAULTS = (
    ("Desktop Profile", "There is none"),
    ("Default DN", "no digits"),
    ("First Name", "J" * 151),
    ("User Profile", ""),
)


def write_users(folder: Path, case: str, rows: int, most: int) -> Path:
    """Write one CSV, or a zip of several where there are more than ``most`` rows."""
    lines = [_user(number, case) for number in range(rows)]
    if rows <= most:
        path = folder / f"{case}-{rows}.csv"
        path.write_text(_csv([_USER, *lines]), encoding="utf-8")
        return path
    path = folder / f"{case}-{rows}.zip"
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for start in range(0, rows, most):
            archive.writestr(f"user-{start // most + 1}.csv", _csv([_USER, *lines[start : start + most]]))
    return path


def write_references(folder: Path) -> Path:
    """Write everything that users refer to as a bundle."""
    path = folder / "references.zip"
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, lines in _references().items():
            archive.writestr(f"{name}.csv", _csv(lines))
    return path


def bad_rows(rows: int) -> int:
    return len(range(BAD // 2, rows, BAD))


def _user(number: int, case: str) -> list[str]:
    site, profile = number % SITES, number % PROFILES
    changes = case == "changed"  # two texts and a reference
    user = [
        f"person{number}@example.com",
        f"Agents {profile}",
        "true",
        f"Site {site}",
        f"Team {site}|Team {site + SITES * (1 + number % (TEAMS // SITES - 1))}",
        f"Skills {(profile + changes) % PROFILES}",
        f"Desktop {profile}",
        f"Channels {profile}",
        f"{'Y' if changes else 'X'}{number}",
        f"+42012{number:05}",
        "Petr" if changes else "Jan",
        f"Novák {number}",
    ]
    if case == "bad" and number % BAD == BAD // 2:
        place, value = _FAULTS[number // BAD % len(_FAULTS)]
        user[_USER.index(place)] = value
    return user


def _references() -> dict[str, Lines]:
    numbers = range(PROFILES)
    return {
        "multimedia-profile": [
            ("Name", "Type", "Voice", "Chat", "Email", "Social"),
            *((f"Channels {number}", "BLENDED", "1", "3", "5", "5") for number in numbers),
        ],
        "site": [("Name", "Multimedia Profile"), *((f"Site {number}", "Channels 0") for number in range(SITES))],
        "skill-definition": [("Name", "Service Level Threshold", "Type"), ("Czech", "10", "PROFICIENCY")],
        "skill-profile": [
            ("Name", "Skill Name", "Skill Value"),
            *(row for number in numbers for row in ((f"Skills {number}", "", ""), (f"Skills {number}", "Czech", "5"))),
        ],
        "team": [
            ("Name", "Site", "Type"),
            *((f"Team {number}", f"Site {number % SITES}", "AGENT") for number in range(TEAMS)),
        ],
        "desktop-profile": [
            ("Name", *_DESKTOP_PROFILE),
            *((f"Desktop {number}", *_DESKTOP_PROFILE.values()) for number in numbers),
        ],
        "user-profile": [
            ("Name", *_USER_PROFILE),
            *((f"Agents {number}", *_USER_PROFILE.values()) for number in numbers),
        ],
    }


def _csv(lines: Lines) -> str:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(lines)
    return text.getvalue()
