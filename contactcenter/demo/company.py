"""The demo company, Orion Care: its settings, directory, statuses and API client."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from contactcenter.api.models import ApiClient
from contactcenter.api.scopes import SCOPES
from contactcenter.demo.codes import create_codes
from contactcenter.demo.numbers import create_address_books, create_outdial_anis
from contactcenter.demo.people import Setup, create_people
from contactcenter.demo.places import create_capacity_teams, create_multimedia_profiles, create_sites, create_teams
from contactcenter.demo.profiles import create_desktop_profiles, create_user_profiles
from contactcenter.demo.routing import create_routing
from contactcenter.demo.skills import create_skill_profiles
from contactcenter.directory.models import AuxiliaryCode, CompanySettings, Team, User
from contactcenter.directory.services import save_company_settings
from contactcenter.lib.actors import SYSTEM
from contactcenter.lib.channels import CHANNELS
from statuses.models import Status
from statuses.services import save_status

# name, description, voice, chat, email, social
_STATUSES: Final[tuple[tuple[str, ...], ...]] = (
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
    """What the history is made of."""

    agents: Sequence[User]
    statuses: Sequence[Status]
    idle_codes: Sequence[AuxiliaryCode]


def create_company(agents: int) -> Company:
    """Create everything but the history. Run it on an empty database, inside a transaction."""
    settings = CompanySettings.load()
    settings.company_name, settings.time_zone = "Orion Care", "Europe/Prague"
    save_company_settings(settings, actor=SYSTEM)
    capacity = create_multimedia_profiles()
    sites = create_sites(capacity["Everything"])
    idle, wrap_up = create_codes()
    skills = create_skill_profiles()
    teams = create_teams(sites, agents, capacity, skills)
    routing = create_routing(teams, create_capacity_teams(sites))
    books = create_address_books(sites)
    desktops = create_desktop_profiles(idle, wrap_up, sites, teams, routing, books, create_outdial_anis())
    profiles = create_user_profiles(sites, teams, routing)
    people = create_people(Setup(sites, capacity, teams, desktops, skills, profiles), agents)
    statuses = _statuses(teams)
    _api_client()
    return Company(people, statuses, idle)


def _statuses(teams: Sequence[Team]) -> list[Status]:
    care = [team for team in teams if team.name == "Care"]
    names = ("name", "description", *CHANNELS)
    return [
        save_status(Status(**dict(zip(names, row, strict=True))), teams=care if row[0] == "Escalations desk" else [])
        for row in _STATUSES
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
