"""What people of the new site can do."""

from collections.abc import Iterator
from typing import Final

from contactcenter.demo.newsite.places import PROJECTS
from contactcenter.demo.newsite.words import LEVELS, OFF, ON, SERVICES, Row, joined

_LANGUAGES: Final = ("Brno Czech", "Brno Slovak", "Brno German", "Brno Polish", "Brno Ukrainian", "Brno Hungarian")
_CUSTOMERS: Final = ("Households", "Companies", "Public bodies", "Associations")
_TARIFFS: Final = ("Basic", "Plus", "Max", "Student", "Senior")

_SCRIPT: Final = """\
Good day, this is … of Orion Care in Brno.
Your contract for {service} ends soon. May I tell you what you could have instead?

If this is a bad moment, agree on another one."""


def skill_definitions() -> list[Row]:
    rows = [
        *({"Name": name, "Type": "PROFICIENCY", "Service Level Threshold": "20"} for name in _LANGUAGES),
        *_of_services(),
        {"Name": "Brno customers", "Type": "ENUM", "List Values For Enum": joined(_CUSTOMERS)},
        {"Name": "Brno tariffs", "Type": "ENUM", "List Values For Enum": joined(_TARIFFS)},
        {"Name": "Brno certificate", "Type": "TEXT", "Description": "As it stands on the certificate."},
        {"Name": "Brno complaints", "Type": "BOOLEAN", "Service Level Threshold": "45"},
        *({"Name": name, "Type": "BOOLEAN"} for name in PROJECTS),
    ]
    return [{"Service Level Threshold": "30", **row} for row in rows]


def _of_services() -> Iterator[Row]:
    for service in SERVICES:
        yield {"Name": f"Brno {service}", "Description": f"Knows {service.lower()}.", "Type": "PROFICIENCY"}
        yield {
            "Name": f"Brno {service} renewals",
            "Description": "Calls before a contract ends.",
            "Type": "BOOLEAN",
            "Outbound": ON,
            "Outbound Script": _SCRIPT.replace("{service}", service.lower()),
        }
        yield {"Name": f"Brno {service} training", "Type": "TEXT", "Service Level Threshold": "0", "Outbound": OFF}


def skill_profiles() -> list[Row]:
    """A row of its own for each profile, then one for each of its skills."""
    rows: list[Row] = []
    for number, service in enumerate(SERVICES):
        for level, name in enumerate(LEVELS):
            profile = f"Brno {service} {name}"
            rows.append({"Name": profile, "Description": f"People who know {service.lower()}."})
            rows += [
                {"Name": profile, "Skill Name": skill, "Skill Value": value}
                for skill, value in _skills(number, service, level)
            ]
    return rows


def _skills(number: int, service: str, level: int) -> Iterator[tuple[str, str]]:
    yield "Brno Czech", "10"
    yield _LANGUAGES[1 + number % (len(_LANGUAGES) - 1)], str(3 + 3 * level)
    yield f"Brno {service}", str(2 + 4 * level)
    yield f"Brno {service} renewals", "True"
    yield "Brno customers", joined(_CUSTOMERS[: 2 + level])
    yield "Brno complaints", "True" if level else "False"
    if level:
        yield "Brno certificate", f"{service}, level {level}"
