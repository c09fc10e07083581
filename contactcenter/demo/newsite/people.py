"""Profiles and people of the new site."""

import unicodedata
from collections.abc import Iterator
from typing import Final

from contactcenter.demo.newsite.places import PROJECTS, idle_codes, wrap_up_codes
from contactcenter.demo.newsite.routing import queue
from contactcenter.demo.newsite.words import (
    BRANCHES,
    CAPACITY_RULES,
    OFF,
    ON,
    SERVICES,
    SITE,
    SITES,
    Row,
    at,
    joined,
)
from contactcenter.directory.models import UserProfile

USERS: Final = 5000
DOMAIN: Final = "brno.demo.test"

_WOMEN: Final = (
    ("Adéla", "Alena", "Barbora", "Dana", "Gabriela", "Ilona", "Jitka", "Kateřina", "Lenka", "Markéta", "Zuzana"),
    (
        "Benešová",
        "Čechová",
        "Dušková",
        "Fialová",
        "Hájková",
        "Jelínková",
        "Krejčí",
        "Marková",
        "Říhová",
        "Sedláčková",
        "Šimková",
        "Urbanová",
        "Zemanová",
    ),
)
_MEN: Final = (
    ("Adam", "Aleš", "Bohdan", "Daniel", "Filip", "Ivo", "Jiří", "Kryštof", "Luboš", "Milan", "Zdeněk"),
    (
        "Beneš",
        "Čech",
        "Dušek",
        "Fiala",
        "Hájek",
        "Jelínek",
        "Krejčí",
        "Marek",
        "Říha",
        "Sedláček",
        "Šimek",
        "Urban",
        "Zeman",
    ),
)
_SWITCHED_OFF: Final = dict.fromkeys(
    (
        "Screen Popups",
        "Last Agent Routing",
        "Agent Available After Outdial",
        "Allow Auto Wrap Up Extension",
        "Consult To Queue",
        "Outdial Enabled",
        "Dial Plan Enabled",
        "Agent Statistics",
        "Logged In Team Statistics",
        "Agent Threshold Alerts Enabled",
    ),
    OFF,
)
_ALL: Final = dict.fromkeys(
    (
        "Wrap Up Options",
        "Idle Options",
        "Transfer Options",
        "Buddy Team Option",
        "Queue Statistics Option",
        "Team Statistics Option",
    ),
    "ALL",
)
_PLAIN: Final = {**_SWITCHED_OFF, **_ALL, "Wrap Up Type": "MANUAL", "DN Validation Option": "UNRESTRICTED"}


def desktop_profiles() -> list[Row]:
    newcomer = {"Idle Options": "SPECIFIC", "Idle Codes": joined(idle_codes()[:6]), "Transfer Options": "NONE"}
    return [
        {**_PLAIN, "Name": "Brno standard", "Agent Statistics": ON},
        {**_PLAIN, "Name": "Brno newcomer", **newcomer},
        *(_desktop_of(service) for service in SERVICES),
        *({**_PLAIN, "Name": name, "Parent Site": SITE} for name in PROJECTS),
    ]


def _desktop_of(service: str) -> Row:
    """As particular as a desktop can be."""
    return {
        **_PLAIN,
        **dict.fromkeys(_SWITCHED_OFF, ON),
        **dict.fromkeys(_ALL, "SPECIFIC"),
        "Name": f"Brno {service}",
        "Description": f"For those who know {service.lower()}.",
        "Wrap Up Type": "AUTO",
        "Auto Wrap Up Time": "30",
        "Wrap Up Codes": joined(wrap_up_codes(service)),
        "Idle Codes": joined(idle_codes()),
        "Transfer Targets": joined(queue(service, "TELEPHONY", site) for site in SITES),
        "Buddy Teams": joined(at(service, site) for site in SITES),
        "Outdial EP": f"{service} outdial Brno",
        "Address Book": "Couriers Morava",
        "Dial Plan": "National|European",
        "Outdial ANI": f"Brno {service}",
        "DN Validation Option": "VALIDATION CRITERIA",
        "Validation Criteria": "Extension of five digits",
        "Selected Queues": joined(queue(service, channel, SITE) for channel in ("EMAIL", "CHAT")),
        "Selected Teams": joined((at(service, SITE), f"{service} 2")),
        "Agent Threshold Alerts": "Long call|Long pause",
    }


def user_profiles() -> list[Row]:
    everything = dict.fromkeys(
        ("Module Access", "Entry Point Access", "Site Access", "Queue Access", "Team Access"), "ALL"
    )
    plain = (
        ("Brno agent", "STANDARD_AGENT"),
        ("Brno senior agent", "PREMIUM_AGENT"),
        ("Brno back office", "ADMINISTRATOR_ONLY"),
        *((name, "STANDARD_AGENT") for name in PROJECTS),
    )
    rows = [{"Name": name, "Profile Type": kind, **everything} for name, kind in plain]
    rows[2] |= {"Module Access": "SPECIFIC", **modules("NONE", "VIEW")}
    for site in SITES:
        teams = joined(at(service, site) for service in SERVICES)
        narrowed = {"Site Access": "SPECIFIC", "Sites": site, "Team Access": "SPECIFIC", "Teams": teams}
        rows.append({"Name": f"Supervisor {site}", "Profile Type": "SUPERVISOR", **everything, **narrowed})
    return [*rows, _auditor()]


def modules(first: str, others: str) -> Row:
    """Give the level of the first module, and of all others."""
    titles = [name.replace("_", " ").title() for name in UserProfile.MODULES]
    return {titles[0]: first, **dict.fromkeys(titles[1:], others)}


def _auditor() -> Row:
    return {
        "Name": "Brno quality auditor",
        "Description": "Listens to calls and changes nothing.",
        "Profile Type": "SUPERVISOR",
        **dict.fromkeys(
            ("Module Access", "Entry Point Access", "Site Access", "Queue Access", "Team Access"), "SPECIFIC"
        ),
        **modules("NONE", "VIEW"),
        "Entry Points": joined(f"{service} line Brno" for service in SERVICES[:4]),
        "Sites": joined(SITES),
        "Queues": joined(queue(service, "TELEPHONY", SITE) for service in SERVICES[:4]),
        "Teams": joined(at(service, site) for service in SERVICES[:4] for site in BRANCHES),
    }


def users() -> list[Row]:
    return [_user(number) for number in range(USERS)]


def _user(number: int) -> Row:
    given, family = _MEN if number % 2 else _WOMEN
    turn = number // 2
    first, last = given[turn % len(given)], family[(turn + turn // len(given)) % len(family)]
    return {
        "Email": f"{_ascii(first)}.{_ascii(last)}.{number:04d}@{DOMAIN}",
        **_place(number),
        "External Id": f"BRN-{number:05d}",
        "First Name": first,
        "Last Name": last,
    }


def _ascii(name: str) -> str:
    return unicodedata.normalize("NFD", name).encode("ascii", "ignore").decode().lower()


def _place(number: int) -> Row:
    """One in a hundred works in the office behind, one in fifty leads others, the rest answer contacts."""
    if number % 100 == 50:
        return {"User Profile": "Brno back office", "Contact Center Enabled": OFF}
    site = SITES[(0, 0, 0, 1, 2)[number % 5]]
    service = SERVICES[number // 5 % len(SERVICES)]
    common = {"Contact Center Enabled": ON, "Site": site, "Default DN": str(60_000 + number)}
    if number % 50 == 1:
        return {**common, "User Profile": f"Supervisor {site}"}
    is_senior = number % 9 == 0
    return {
        **common,
        "User Profile": "Brno senior agent" if is_senior else "Brno agent",
        "Teams": joined(_teams(number, service, site)),
        "Skill Profile": f"Brno {service} expert" if is_senior else "",
        **_desk(number, service),
    }


def _teams(number: int, service: str, site: str) -> Iterator[str]:
    """Some belong to two teams; at the large site also to the second team of a service."""
    yield f"{service} 2" if site == SITE and number % 4 == 0 else at(service, site)
    if number % 6 == 0:
        following = SERVICES[(SERVICES.index(service) + 1) % len(SERVICES)]
        yield at(following, site)


def _desk(number: int, service: str) -> Row:
    if number % 20 == 7:
        return {"Desktop Profile": "Brno newcomer", "Multimedia Profile": CAPACITY_RULES[3]}
    return {"Desktop Profile": f"Brno {service}" if number % 3 else "Brno standard"}
