"""Roles, modules and levels: what a user profile allows."""

from collections.abc import Iterable
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, cast

from django.http import HttpRequest

from contactcenter.events.audience import ADMINISTRATORS, ALL_TEAMS, EVERYONE, session_token, team_token, user_token

if TYPE_CHECKING:
    from contactcenter.directory.models import User


class Level(IntEnum):
    NONE = 0
    VIEW = 1
    EDIT = 2


class Module(StrEnum):
    """The modules whose access is enforced; a profile stores others too, which are only kept for export."""

    PROVISIONING = "provisioning"
    REAL_TIME_REPORTS = "real_time_reports"
    HISTORICAL_REPORTS = "historical_reports"
    MANAGE_AGENT_STATES = "manage_agent_states"
    AGENT_DESKTOP = "agent_desktop"


class Role(StrEnum):
    ADMINISTRATOR = "administrator"
    SUPERVISOR = "supervisor"
    AGENT = "agent"

    @property
    def profile_types(self) -> tuple[str, ...]:
        return tuple(kind for kind, role in ROLE_OF_PROFILE_TYPE.items() if role is self)


ROLE_OF_PROFILE_TYPE = {
    "ADMINISTRATOR": Role.ADMINISTRATOR,
    "ADMINISTRATOR_ONLY": Role.ADMINISTRATOR,
    "SUPERVISOR": Role.SUPERVISOR,
    "PREMIUM_AGENT": Role.AGENT,
    "STANDARD_AGENT": Role.AGENT,
}

# What each role may do at most. A profile with Module Access SPECIFIC narrows it and never widens it.
_MOST: dict[Role, dict[Module, Level]] = {
    Role.ADMINISTRATOR: dict.fromkeys(Module, Level.EDIT),
    Role.SUPERVISOR: {
        Module.REAL_TIME_REPORTS: Level.EDIT,
        Module.HISTORICAL_REPORTS: Level.VIEW,
        Module.MANAGE_AGENT_STATES: Level.EDIT,
        Module.AGENT_DESKTOP: Level.EDIT,
    },
    Role.AGENT: {Module.AGENT_DESKTOP: Level.EDIT},
}


def most_allowed(role: Role, module: Module) -> Level:
    return _MOST[role].get(module, Level.NONE)


def may_see_directory(user: "User") -> bool:
    return user.may(Module.PROVISIONING, Level.VIEW)


def may_change_directory(user: "User") -> bool:
    return user.may(Module.PROVISIONING, Level.EDIT)


def viewer(request: HttpRequest) -> "User":
    """Return who looks at a page that lets nobody in but users."""
    return cast("User", request.user)


def audience_of(user: "User", session_key: str) -> Iterable[str]:
    """Return the audiences whose events the user's browser receives."""
    tokens = {EVERYONE, user_token(user.pk), session_token(session_key)}
    if user.role == Role.ADMINISTRATOR and user.may(Module.PROVISIONING, Level.VIEW):
        tokens.add(ADMINISTRATORS)
    if user.may(Module.REAL_TIME_REPORTS, Level.VIEW):
        if user.sees_all_teams:
            tokens.add(ALL_TEAMS)
        elif user.role == Role.SUPERVISOR:
            tokens.update(map(team_token, user.supervised_team_ids()))
    return tokens
