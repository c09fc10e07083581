"""Statuses, as administrators define them."""

from typing import Any, Self

import pgtrigger
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from contactcenter.directory.models import Principal, Team
from contactcenter.lib.audit import audited
from contactcenter.lib.channels import CHANNELS
from contactcenter.lib.keys import KeyField, UniqueKey
from contactcenter.lib.validators import validate_single_line
from statuses.models.agents import AgentState
from statuses.models.base import ChannelStates, known_states
from statuses.states import FIRST_CUSTOM_ID


class StatusQuerySet(models.QuerySet["Status"]):
    def custom(self) -> Self:
        return self.filter(pk__gte=FIRST_CUSTOM_ID)

    def open_to(self, team_ids: Any) -> Self:
        """Statuses that an agent of these teams may choose."""
        chosen = Status.teams.through.objects.filter(status=OuterRef("pk"))
        return self.filter(~models.Exists(chosen) | models.Exists(chosen.filter(team__in=team_ids)))

    def with_agents_count(self, principal: Principal) -> Self:
        """Annotate ``agents_count``: how many are in it now, and ``outdated_count``: as it was defined before.

        Agents whom the principal may not see are not counted.
        """
        states = AgentState.objects.visible_to(principal).active()
        here = states.filter(status=OuterRef("pk")).order_by().values("status")
        same = {channel: OuterRef(channel) for channel in CHANNELS}
        outdated = here.exclude(status_name=OuterRef("name"), **same)
        count = models.Count("*")
        return self.annotate(
            agents_count=Coalesce(Subquery(here.annotate(n=count).values("n")), 0),
            outdated_count=Coalesce(Subquery(outdated.annotate(n=count).values("n")), 0),
        )


@audited()
class Status(ChannelStates):
    """A named mapping channel → state that an agent picks once for all channels."""

    name = models.CharField(_("name"), max_length=100, validators=[validate_single_line])
    key = KeyField()
    description = models.CharField(_("description"), max_length=255, blank=True)
    teams = models.ManyToManyField(
        Team,
        related_name="statuses",
        blank=True,
        verbose_name=_("teams"),
        help_text=_("Only agents of these teams can choose it. Empty: every agent."),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = StatusQuerySet.as_manager()

    class Meta:
        verbose_name = _("agent status")
        verbose_name_plural = _("agent statuses")
        ordering = ["pk"]
        constraints = [UniqueKey(name="status_name"), *known_states("status")]
        triggers = [
            pgtrigger.Protect(
                name="builtin_read_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__id__lt=FIRST_CUSTOM_ID),
            ),
        ]

    # set by with_agents_count()
    agents_count: int
    outdated_count: int

    def __str__(self) -> str:
        return self.name

    @property
    def builtin(self) -> bool:
        return bool(self.pk and self.pk < FIRST_CUSTOM_ID)

    def clean(self) -> None:
        super().clean()
        given, self.name = self.name, self.name.strip()
        if given and not self.name:  # nothing at all is reported by the field itself
            raise ValidationError({"name": ValidationError(_("Give the status a name."), code="blank")})


_StatusTeam: Any = Status.teams.through


@audited()
class StatusTeam(_StatusTeam):
    """For the audit trail."""

    class Meta:
        proxy = True
        verbose_name = _("team of a status")
        verbose_name_plural = _("teams of statuses")
