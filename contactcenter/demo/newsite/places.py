"""Capacity rules, sites, codes and teams of the new site."""

from collections.abc import Iterator
from typing import Final

from contactcenter.demo.newsite.words import BRANCHES, CAPACITY_RULES, OFF, ON, SERVICES, SITE, SITES, Row

# Work there is nobody for yet
PROJECTS: Final = ("Brno pilot", "Brno migration", "Brno season", "Brno training", "Brno surveys", "Brno archive")

_PAUSES: Final = ("Lunch at Brno", "Coffee at Brno", "Errand", "Fresh air", "Prayer", "Nursing")
_OFFICE: Final = (
    "Morning briefing",
    "Shift handover",
    "Reading news",
    "Mentoring of newcomers",
    "Course",
    "Course (online)",
    "Interview",
    "Union meeting",
    "Drill",
    "Computer fault",
    "Headset fault",
    "Waiting for a desk",
)
_OUTCOMES: Final = (
    "Answered",
    "Answered in part",
    "Order",
    "Order changed",
    "Order cancelled",
    "Contract ended",
    "Contract kept",
    "Complaint",
    "Complaint settled",
    "Payment agreed",
    "Refund",
    "Technician sent",
    "Appointment moved",
    "Documents awaited",
    "Called by mistake",
    "Hung up",
    "Nobody there",
    "Call again",
    "Passed to a branch",
    "Survey done",
)


def multimedia_profiles() -> list[Row]:
    units = (
        (CAPACITY_RULES[0], "BLENDED", 1, 3, 10, 5),
        (CAPACITY_RULES[1], "BLENDED_REALTIME", 1, 2, 5, 2),
        (CAPACITY_RULES[2], "BLENDED", 0, 6, 40, 12),
        (CAPACITY_RULES[3], "EXCLUSIVE", 1, 1, 1, 1),
        (CAPACITY_RULES[4], "BLENDED", 0, 2, 0, 20),
        (PROJECTS[0], "BLENDED", 1, 1, 1, 1),
        (PROJECTS[1], "BLENDED_REALTIME", 1, 5, 0, 0),
        (PROJECTS[2], "EXCLUSIVE", 1, 0, 1, 0),
        (PROJECTS[3], "EXCLUSIVE", 0, 1, 1, 1),
    )
    titles = ("Name", "Type", "Voice", "Chat", "Email", "Social")
    return [dict(zip(titles, map(str, row), strict=True)) | {"Description": "Work at once."} for row in units]


def sites() -> list[Row]:
    planned = ("Brno-Bystrc", "Brno-Komín", "Brno-Židenice")
    return [{"Name": name, "Multimedia Profile": CAPACITY_RULES[0]} for name in (*SITES, *planned)]


def work_types() -> list[Row]:
    rows = (
        ("Brno pauses", "Time for oneself.", "IDLE_CODE"),
        ("Brno office work", "Work without contacts.", "IDLE_CODE"),
        ("Brno outcomes", "How a contact ended.", "WRAP_UP_CODE"),
        (PROJECTS[0], "", "IDLE_CODE"),
        (PROJECTS[1], "", "WRAP_UP_CODE"),
        (PROJECTS[2], "", "WRAP_UP_CODE"),
    )
    return [{"Name": name, "Description": described, "Type": kind} for name, described, kind in rows]


def idle_codes() -> list[str]:
    return [*_PAUSES, *_OFFICE]


def wrap_up_codes(service: str) -> list[str]:
    return [f"{outcome} ({service})" for outcome in _OUTCOMES]


def auxiliary_codes() -> list[Row]:
    """No default: whoever has one keeps it."""
    idle = [(name, "Brno pauses", OFF) for name in _PAUSES] + [(name, "Brno office work", ON) for name in _OFFICE]
    wrap_up = [(name, "Brno outcomes", "") for service in SERVICES for name in wrap_up_codes(service)]
    later = [(name, "Brno pauses", ON) for name in PROJECTS[:3]] + [
        (name, "Brno outcomes", "") for name in PROJECTS[3:]
    ]
    return [
        {"Name": name, "Default": OFF, "Work Type": work_type, "Paid": paid}
        for name, work_type, paid in (*idle, *wrap_up, *later)
    ]


def teams() -> list[Row]:
    return [*_agent_teams(), *_capacity_teams()]


def _agent_teams() -> Iterator[Row]:
    for site in SITES:
        for number, service in enumerate(SERVICES):
            yield {
                "Name": service,
                "Site": site,
                "Type": "AGENT",
                "Multimedia Profile": CAPACITY_RULES[number % 3] if number % 2 else "",
                "Skill Profile": f"Brno {service} junior",
                "Desktop Layout": "Customer card beside the call" if number % 3 == 0 else "",
            }
    for service in SERVICES:  # the large site has a second team for each
        yield {"Name": f"{service} 2", "Site": SITE, "Type": "AGENT", "Skill Profile": f"Brno {service} senior"}
    for name in PROJECTS:
        yield {"Name": name, "Site": SITE, "Type": "AGENT"}


def _capacity_teams() -> Iterator[Row]:
    for number, service in enumerate(SERVICES):
        yield {
            "Name": f"{service} partner",
            "Site": SITE,
            "Type": "CAPACITY",
            "DN": f"+420 530 51{number:02d} 00",
            "Capacity": str(5 + 5 * number),
        }
    for number, name in enumerate(PROJECTS):
        yield {
            "Name": f"{name} partner",
            "Site": BRANCHES[0],
            "Type": "CAPACITY",
            "DN": f"+420 530 52{number:02d} 00",
            "Capacity": "3",
        }
