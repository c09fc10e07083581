"""Directory, statuses and API client of the demo company, Orion Care."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.contrib.auth.hashers import make_password

from contactcenter.api.models import ApiClient
from contactcenter.api.scopes import SCOPES
from contactcenter.directory.models import (
    AuxiliaryCode,
    CompanySettings,
    DesktopProfile,
    Membership,
    MultimediaProfile,
    Site,
    Team,
    User,
    UserProfile,
    WorkType,
)
from contactcenter.directory.services import save_company_settings, save_object
from contactcenter.lib.actors import SYSTEM
from contactcenter.lib.channels import CHANNELS
from statuses.models import Status
from statuses.services import save_status

PASSWORD: Final = "demo"  # noqa: S105 - shown to whoever starts the demo
DOMAIN: Final = "demo.test"

SITES: Final = {"Praha": "Europe/Prague", "Lyon": "Europe/Paris", "Sevilla": "Europe/Madrid"}
LANGUAGES: Final = {"Praha": "cs", "Lyon": "fr", "Sevilla": "es"}
TEAMS: Final = ("Care", "Technical support", "Sales", "Claims")

GIVEN: Final = {
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
FAMILY: Final = {
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

IDLE_CODES: Final = (
    ("Lunch", "Breaks", False),
    ("Coffee break", "Breaks", True),
    ("Personal", "Breaks", False),
    ("Team meeting", "Work without contacts", True),
    ("Training", "Work without contacts", True),
    ("Coaching", "Work without contacts", True),
    ("Paperwork", "Work without contacts", True),
    ("Technical problem", "Work without contacts", True),
)
WRAP_UP_CODES: Final = ("Solved", "Call back needed", "Passed on", "No answer")

# name, description, voice, chat, email, social
STATUSES: tuple[tuple[str, ...], ...] = (
    ("E-mail only", "Catching up on the mailbox.", "offline", "offline", "online", "offline"),
    ("Calls only", "Phones first, at peak hours.", "online", "offline", "offline", "offline"),
    ("Written channels", "Everything but the phone.", "offline", "online", "online", "online"),
    ("In a meeting", "E-mail may come, the rest waits.", "away", "away", "online", "away"),
    ("Mentoring", "Sits with a new colleague.", "transfers_only", "away", "away", "away"),
    (
        "Escalations desk",
        "Takes over difficult cases.",
        "transfers_only",
        "transfers_only",
        "online",
        "offline",
    ),
)


@dataclass(frozen=True)
class Company:
    sites: Sequence[Site]
    teams: Sequence[Team]
    agents: Sequence[User]
    statuses: Sequence[Status]
    idle_codes: Sequence[AuxiliaryCode]


def create_company(agents: int) -> Company:
    """Create everything but the history. Run it on an empty database, inside a transaction."""
    settings = CompanySettings.load()
    settings.company_name, settings.time_zone = "Orion Care", "Europe/Prague"
    save_company_settings(settings, actor=SYSTEM)
    capacity = _multimedia_profiles()
    sites = [save_object(Site(name=name, multimedia_profile=capacity["Everything"])) for name in SITES]
    teams = _teams(sites, agents, capacity)
    codes = _codes()
    desktops = _desktop_profiles(codes)
    profiles = _user_profiles(sites, teams)
    people = _people(sites, teams, desktops, profiles, agents)
    statuses = _statuses(teams)
    _api_client()
    return Company(sites, teams, people, statuses, codes)


def _multimedia_profiles() -> dict[str, MultimediaProfile]:
    types = MultimediaProfile.Type
    rows = (
        ("Everything", "One call, three chats, ten e-mails.", types.BLENDED, 1, 3, 10, 5),
        ("Phone first", "Calls with at most two chats beside.", types.BLENDED_REALTIME, 1, 2, 5, 2),
        ("Writers", "Many written contacts at once.", types.BLENDED, 1, 6, 40, 12),
        ("One thing at a time", "For people who are new.", types.EXCLUSIVE, 1, 1, 1, 1),
    )
    names = ("name", "description", "type", *CHANNELS)
    return {row[0]: save_object(MultimediaProfile(**dict(zip(names, row, strict=True)))) for row in rows}


def _teams(sites: Sequence[Site], agents: int, capacity: dict[str, MultimediaProfile]) -> list[Team]:
    """Four teams a site; in larger companies more, of about fifty people."""
    own = {"Technical support": capacity["Phone first"], "Claims": capacity["Writers"]}
    rounds = max(1, agents // (50 * len(sites) * len(TEAMS)))
    return [
        save_object(Team(name=name if number == 1 else f"{name} {number}", site=site, multimedia_profile=own.get(name)))
        for site in sites
        for number in range(1, rounds + 1)
        for name in TEAMS
    ]


def _codes() -> list[AuxiliaryCode]:
    kinds = WorkType.Type
    types = {
        name: save_object(WorkType(name=name, type=kind, description=description))
        for name, kind, description in (
            ("Breaks", kinds.IDLE_CODE, "Time for oneself."),
            ("Work without contacts", kinds.IDLE_CODE, "Work that is not a contact."),
            ("Outcome", kinds.WRAP_UP_CODE, "How a contact ended."),
        )
    }
    for name in WRAP_UP_CODES:
        save_object(AuxiliaryCode(name=name, work_type=types["Outcome"], is_default=name == "Solved"))
    return [
        save_object(AuxiliaryCode(name=name, work_type=types[kind], paid=paid, is_default=name == "Coffee break"))
        for name, kind, paid in IDLE_CODES
    ]


def _desktop_profiles(codes: Sequence[AuxiliaryCode]) -> list[DesktopProfile]:
    breaks = [code for code in codes if code.work_type.name == "Breaks"]
    few = [*breaks, *(code for code in codes if code.name == "Training")]
    options = DesktopProfile.Options
    standard = save_object(DesktopProfile(name="Standard desktop", description="All reasons."))
    newcomer = DesktopProfile(
        name="Newcomer desktop", description="Breaks and training.", idle_options=options.SPECIFIC
    )
    save_object(newcomer, links={"idle_codes": few})
    plain = DesktopProfile(name="Plain desktop", description="Breaks only.", idle_options=options.SPECIFIC)
    save_object(plain, links={"idle_codes": breaks})
    return [standard, newcomer, plain]


def _user_profiles(sites: Sequence[Site], teams: Sequence[Team]) -> dict[str, UserProfile]:
    types, access = UserProfile.Type, UserProfile.Access
    profiles = {
        "admin": save_object(UserProfile(name="Administrator", profile_type=types.ADMINISTRATOR)),
        "agent": save_object(UserProfile(name="Agent", profile_type=types.STANDARD_AGENT)),
        "senior": save_object(UserProfile(name="Senior agent", profile_type=types.PREMIUM_AGENT)),
    }
    for site in sites:
        profile = UserProfile(
            name=f"Supervisor {site.name}",
            profile_type=types.SUPERVISOR,
            site_access=access.SPECIFIC,
            team_access=access.SPECIFIC,
        )
        own = [team for team in teams if team.site_id == site.pk]
        profiles[site.name] = save_object(profile, links={"sites": [site], "teams": own})
    return profiles


def _people(
    sites: Sequence[Site],
    teams: Sequence[Team],
    desktops: Sequence[DesktopProfile],
    profiles: dict[str, UserProfile],
    count: int,
) -> list[User]:
    password = make_password(PASSWORD)  # once: hashing is slow on purpose
    common: dict[str, Any] = {"password": password}
    agents = list(_agents(sites, desktops, profiles, count, common))
    managers = [
        User(
            email=f"admin@{DOMAIN}",
            first_name="Alex",
            last_name="Keller",
            profile=profiles["admin"],
            **common,
        ),
        *(
            User(
                email=f"supervisor@{DOMAIN}" if number == 0 else f"supervisor.{site.name.lower()}@{DOMAIN}",
                first_name=("Ivana", "Margaux", "Joaquín")[number],
                last_name=("Říhová", "Delacroix", "Castaño")[number],
                profile=profiles[site.name],
                site=site,
                **common,
            )
            for number, site in enumerate(sites)
        ),
    ]
    User.objects.bulk_create([*managers, *agents], batch_size=1000)
    Membership.objects.bulk_create(_memberships(agents, teams), batch_size=2000)
    return agents


def _agents(
    sites: Sequence[Site],
    desktops: Sequence[DesktopProfile],
    profiles: dict[str, UserProfile],
    count: int,
    common: dict[str, Any],
) -> Iterable[User]:
    for number in range(count):
        site = sites[number % len(sites)]
        given, family = GIVEN[site.name], FAMILY[site.name]
        index = number // len(sites)
        first, last = given[index % len(given)], family[(index + index // len(given)) % len(family)]
        yield User(
            email=f"agent@{DOMAIN}" if number == 0 else f"agent.{number:04d}@{DOMAIN}",
            first_name=first,
            last_name=last,
            profile=profiles["senior" if number % 7 == 0 else "agent"],
            contact_center_enabled=True,
            site=site,
            desktop_profile=desktops[1 if number % 11 == 5 else 0],
            default_dn=str(2000 + number),
            external_id=f"OC-{number:05d}",
            language=LANGUAGES[site.name] if number % 4 == 3 else "",
            time_zone=SITES[site.name] if site.name != "Praha" else "",
            **common,
        )


def _memberships(agents: Sequence[User], teams: Sequence[Team]) -> Iterable[Membership]:
    of_site: dict[int, list[Team]] = {}
    for team in teams:
        of_site.setdefault(team.site_id, []).append(team)
    for number, agent in enumerate(agents):
        own = of_site[agent.site_id or 0]
        first = number // len(of_site) % len(own)
        yield Membership(user=agent, team=own[first], position=0)
        if number % 5 == 2:
            yield Membership(user=agent, team=own[(first + 1) % len(own)], position=1)


def _statuses(teams: Sequence[Team]) -> list[Status]:
    care = [team for team in teams if team.name == "Care"]
    names = ("name", "description", *CHANNELS)
    return [
        save_status(Status(**dict(zip(names, row, strict=True))), teams=care if row[0] == "Escalations desk" else [])
        for row in STATUSES
    ]


def _api_client() -> None:
    ApiClient.objects.create(
        name="Demo client",
        client_id="demo-client",
        client_secret="demo-secret",  # noqa: S106 - shown to whoever starts the demo
        client_type=ApiClient.CLIENT_CONFIDENTIAL,
        authorization_grant_type=ApiClient.GRANT_CLIENT_CREDENTIALS,
        allowed_scopes=list(SCOPES),
    )
