"""Rules about an object together with the objects it is linked to."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from contactcenter.directory.access import Role
from contactcenter.directory.models import AuxiliaryCode, DesktopProfile, Team, User, UserProfile, WorkType


def check_idle_codes(profile: DesktopProfile, links: Mapping[str, Sequence[Any]]) -> None:
    codes = _linked(profile, links, "idle_codes")
    if wrong := [code.name for code in codes if _kind(code) != WorkType.Type.IDLE_CODE]:
        raise ValidationError({"idle_codes": _("Not idle codes: %(names)s.") % {"names": ", ".join(wrong)}})
    _check_selection(profile.idle_options == DesktopProfile.Options.SPECIFIC, codes, "idle_codes")


def check_profile_access(profile: UserProfile, links: Mapping[str, Sequence[Any]]) -> None:
    for option, name in (("site_access", "sites"), ("team_access", "teams")):
        specific = getattr(profile, option) == UserProfile.Access.SPECIFIC
        _check_selection(specific, _linked(profile, links, name), name)


def check_user_teams(user: User, teams: Sequence[Team]) -> None:
    """Teams are agent teams of the user's site; an agent has at least one, and then a desktop profile."""
    if not user.contact_center_enabled or (user.role != Role.ADMINISTRATOR and not user.site_id):
        return  # the missing site is reported by the model
    if user.role == Role.AGENT and not teams:
        raise ValidationError({"teams": _("Choose at least one team: an agent belongs to one.")})
    if wrong := [team.name for team in teams if team.site_id != user.site_id]:
        raise ValidationError({"teams": _("Not teams of the user's site: %(names)s.") % {"names": ", ".join(wrong)}})
    if wrong := [team.name for team in teams if team.type != Team.Type.AGENT]:
        raise ValidationError({"teams": _("Not teams of agents: %(names)s.") % {"names": ", ".join(wrong)}})
    if teams and not user.desktop_profile_id:
        raise ValidationError({"desktop_profile": _("Choose a desktop profile: members of teams have one.")})


def _linked(instance: Any, links: Mapping[str, Sequence[Any]], name: str) -> Sequence[Any]:
    if name in links:
        return links[name]
    return list(getattr(instance, name).all()) if instance.pk else []


def _kind(code: AuxiliaryCode) -> str:
    return code.kind or code.work_type.type


def _check_selection(specific: bool, chosen: Sequence[Any], field: str) -> None:
    if specific and not chosen:
        raise ValidationError({field: _("Choose at least one, or set the option to All.")})
    if chosen and not specific:
        raise ValidationError({field: _("Leave this empty: the option is All.")})
