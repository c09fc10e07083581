"""``visible_to(principal)`` is the only door to rows, for pages and API alike."""

import unicodedata
from typing import TYPE_CHECKING, Self, TypeAlias, TypeVar, Union

from django.db import models
from django.db.models import Q

from contactcenter.api.principals import ClientPrincipal
from contactcenter.directory.access import Level, Module, Role
from contactcenter.lib.text import name_key

if TYPE_CHECKING:
    from contactcenter.directory.models.users import User

Principal: TypeAlias = Union["User", ClientPrincipal]
M = TypeVar("M", bound=models.Model)


class DirectoryQuerySet(models.QuerySet[M]):
    """Objects that belong to the company as a whole."""

    def visible_to(self, principal: Principal) -> Self:
        """All of them to API clients and to those whose profile gives them provisioning; else none."""
        if isinstance(principal, ClientPrincipal) or principal.may(Module.PROVISIONING, Level.VIEW):
            return self.all()
        return self.none()


class TeamQuerySet(DirectoryQuerySet[M]):
    def visible_to(self, principal: Principal) -> Self:
        """The teams a supervisor supervises; an agent's own teams."""
        if isinstance(principal, ClientPrincipal) or principal.sees_all_teams:
            return self.all()
        if principal.role == Role.SUPERVISOR:
            return self.filter(profiles=principal.profile_id)
        return self.filter(members=principal.pk)


def called(text: str, *, key: str = "key") -> Q:
    """Select people whose name or e-mail contains every word of the text; ``key`` leads to the user's."""
    found = Q()
    for word in unicodedata.normalize("NFC", text).split():
        found &= (
            Q(first_name__icontains=word) | Q(last_name__icontains=word) | Q(**{f"{key}__contains": name_key(word)})
        )
    return found


class UserQuerySet(models.QuerySet["User"]):
    def agents(self) -> Self:
        """Users who can be given work: active, and enabled for the contact center."""
        return self.filter(contact_center_enabled=True, is_active=True)

    def administrators(self) -> Self:
        """Those who may change the whole configuration."""
        unlimited = Q(profile__module_access="ALL") | Q(profile__provisioning=Level.EDIT.name)
        return self.filter(unlimited, is_active=True, profile__profile_type__in=Role.ADMINISTRATOR.profile_types)

    def matching(self, text: str) -> Self:
        return self.filter(called(text))

    def visible_to(self, principal: Principal) -> Self:
        """Everyone to administrators; supervisors see their teams' people and themselves; agents themselves."""
        if isinstance(principal, ClientPrincipal) or principal.role == Role.ADMINISTRATOR:
            return self.all()
        if principal.role == Role.SUPERVISOR:
            return self.filter(Q(pk=principal.pk) | Q(pk__in=principal.supervised_user_ids()))
        return self.filter(pk=principal.pk)
