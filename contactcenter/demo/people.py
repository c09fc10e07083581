"""Who works in the demo company."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.contrib.auth.hashers import make_password

from contactcenter.demo.places import ONE_AT_A_TIME, SITES, doing
from contactcenter.demo.profiles import NEWCOMER, SALES, STANDARD
from contactcenter.demo.skills import ESCALATIONS, NEWCOMERS
from contactcenter.directory.models import (
    DesktopProfile,
    Membership,
    MultimediaProfile,
    Site,
    SkillProfile,
    Team,
    User,
    UserProfile,
)

PASSWORD: Final = "demo"  # noqa: S105 - shown to whoever starts the demo
DOMAIN: Final = "demo.test"

_LANGUAGES: Final = {"Praha": "cs", "Lyon": "fr", "Sevilla": "es"}
_GIVEN: Final = {
    "Praha": ("Jana", "Petr", "Eva", "Tomáš", "Lucie", "Jakub", "Hana", "Ondřej", "Tereza", "Marek", "Klára"),
    "Lyon": ("Camille", "Hugo", "Léa", "Louis", "Chloé", "Jules", "Manon", "Théo", "Inès", "Noé", "Élise"),
    "Sevilla": (
        "Lucía",
        "Mateo",
        "Carmen",
        "Pablo",
        "Sofía",
        "Álvaro",
        "Marta",
        "Diego",
        "Elena",
        "Iván",
        "Rocío",
    ),
}
_FAMILY: Final = {
    "Praha": (
        "Malá",
        "Novák",
        "Dvořák",
        "Černá",
        "Procházka",
        "Kučera",
        "Veselá",
        "Horák",
        "Němcová",
        "Pokorný",
    ),
    "Lyon": (
        "Moreau",
        "Bernard",
        "Lefèvre",
        "Girard",
        "Roux",
        "Fontaine",
        "Chevalier",
        "Garnier",
        "Faure",
        "Blanc",
    ),
    "Sevilla": (
        "Ortega",
        "Ramos",
        "Molina",
        "Navarro",
        "Serrano",
        "Iglesias",
        "Vega",
        "Reyes",
        "Campos",
        "Núñez",
    ),
}


@dataclass(frozen=True)
class Setup:
    """What people are given."""

    sites: Sequence[Site]
    capacity: Mapping[str, MultimediaProfile]
    teams: Sequence[Team]
    desktops: Mapping[str, DesktopProfile]
    skills: Mapping[str, SkillProfile]
    profiles: Mapping[str, UserProfile]


def create_people(setup: Setup, count: int) -> list[User]:
    """Create managers and agents, and return the agents."""
    password = make_password(PASSWORD)  # once: hashing is slow on purpose
    places = {site.pk: [team for team in setup.teams if team.site_id == site.pk] for site in setup.sites}
    agents, memberships = [], []
    for number in range(count):
        site = setup.sites[number % len(setup.sites)]
        teams = _teams(number, places[site.pk])
        agent = _agent(number, site, teams[0], setup)
        agents.append(agent)
        memberships += [Membership(user=agent, team=team, position=place) for place, team in enumerate(teams)]
    people = [*_managers(setup), *agents]
    for person in people:
        person.password = password
    User.objects.bulk_create(people, batch_size=1000)
    Membership.objects.bulk_create(memberships, batch_size=2000)
    return agents


def _teams(number: int, of_site: Sequence[Team]) -> list[Team]:
    first = number // len(SITES) % len(of_site)
    both = (of_site[first], of_site[(first + 1) % len(of_site)])
    return list(both if number % 5 == 2 else both[:1])


def _managers(setup: Setup) -> Iterator[User]:
    yield User(email=f"admin@{DOMAIN}", first_name="Alex", last_name="Keller", profile=setup.profiles["admin"])
    for number, site in enumerate(setup.sites):
        yield User(
            email=f"supervisor@{DOMAIN}" if number == 0 else f"supervisor.{site.name.lower()}@{DOMAIN}",
            first_name=("Ivana", "Margaux", "Joaquín")[number],
            last_name=("Říhová", "Delacroix", "Castaño")[number],
            profile=setup.profiles[site.name],
        )


def _agent(number: int, site: Site, team: Team, setup: Setup) -> User:
    """A senior agent and a newcomer have skills of their own, the others those of the team."""
    given, family = _GIVEN[site.name], _FAMILY[site.name]
    index = number // len(SITES)
    is_senior = number % 7 == 0
    is_new = number % 11 == 5 and not is_senior
    desktop = NEWCOMER if is_new else SALES if doing("Sales", [team]) else STANDARD
    skills = ESCALATIONS if is_senior else f"{NEWCOMERS} {site.name}" if is_new else ""
    return User(
        email=f"agent@{DOMAIN}" if number == 0 else f"agent.{number:04d}@{DOMAIN}",
        first_name=given[index % len(given)],
        last_name=family[(index + index // len(given)) % len(family)],
        profile=setup.profiles["senior" if is_senior else "agent"],
        contact_center_enabled=True,
        site=site,
        desktop_profile=setup.desktops[desktop],
        skill_profile=setup.skills.get(skills),
        multimedia_profile=setup.capacity[ONE_AT_A_TIME] if is_new else None,
        default_dn=str(2000 + number),
        external_id=f"OC-{number:05d}",
        language=_LANGUAGES[site.name] if number % 4 == 3 else "",
        time_zone=SITES[site.name] if site.name != "Praha" else "",
    )
