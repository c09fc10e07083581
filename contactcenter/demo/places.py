"""Sites of the demo company, their teams, and how much work people may hold at once."""

from collections.abc import Mapping, Sequence
from typing import Final

from contactcenter.directory.models import MultimediaProfile, Site, SkillProfile, Team
from contactcenter.directory.services import save_object
from contactcenter.lib.channels import CHANNELS

SITES: Final = {"Praha": "Europe/Prague", "Lyon": "Europe/Paris", "Sevilla": "Europe/Madrid"}
ONE_AT_A_TIME: Final = "One thing at a time"
TEAMS: Final = ("Care", "Technical support", "Sales", "Claims")

# name, site, number, places
_CAPACITY_TEAMS: Final = (
    ("Night line", "Praha", "+420 225 550 190", 30),
    ("Overflow partner", "Lyon", "+33 4 55 50 01 90", 12),
    ("Weekend partner", "Sevilla", "+34 955 550 190", 8),
)


def create_multimedia_profiles() -> dict[str, MultimediaProfile]:
    types = MultimediaProfile.Type
    rows = (
        ("Everything", "One call, three chats, ten e-mails.", types.BLENDED, 1, 3, 10, 5),
        ("Phone first", "Calls with at most two chats beside.", types.BLENDED_REALTIME, 1, 2, 5, 2),
        ("Writers", "Many written contacts at once.", types.BLENDED, 1, 6, 40, 12),
        (ONE_AT_A_TIME, "For people who are new.", types.EXCLUSIVE, 1, 1, 1, 1),
    )
    names = ("name", "description", "type", *CHANNELS)
    return {row[0]: save_object(MultimediaProfile(**dict(zip(names, row, strict=True)))) for row in rows}


def create_sites(capacity: MultimediaProfile) -> list[Site]:
    return [save_object(Site(name=name, multimedia_profile=capacity)) for name in SITES]


def create_teams(
    sites: Sequence[Site], agents: int, capacity: Mapping[str, MultimediaProfile], skills: Mapping[str, SkillProfile]
) -> list[Team]:
    """Four teams a site; in larger companies more, of about fifty people."""
    own = {"Technical support": capacity["Phone first"], "Claims": capacity["Writers"]}
    layouts = {"Technical support": "Tickets beside the call", "Claims": "Mailbox first"}
    rounds = max(1, agents // (50 * len(sites) * len(TEAMS)))
    return [
        save_object(
            Team(
                name=name if number == 1 else f"{name} {number}",
                site=site,
                multimedia_profile=own.get(name),
                skill_profile=skills[f"{name} {site.name}"],
                desktop_layout=layouts.get(name, ""),
            )
        )
        for site in sites
        for number in range(1, rounds + 1)
        for name in TEAMS
    ]


def create_capacity_teams(sites: Sequence[Site]) -> dict[str, Team]:
    """Others who answer under a number of theirs."""
    of_name = {site.name: site for site in sites}
    kind = Team.Type.CAPACITY
    return {
        name: save_object(Team(name=name, site=of_name[site], type=kind, dn=number, capacity=places))
        for name, site, number, places in _CAPACITY_TEAMS
    }


def doing(work: str, teams: Sequence[Team], site: str | None = None) -> list[Team]:
    """Select the teams of that name, the numbered ones included; those of one site, or of all."""
    return [team for team in teams if team.name.rstrip(" 0123456789") == work and site in {None, team.site.name}]
