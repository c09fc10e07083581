"""What the tables about agents share."""

from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contactcenter.directory.models import Principal, User
from contactcenter.lib.actors import Actor
from contactcenter.lib.channels import CHANNELS
from statuses.states import ChannelState

M = TypeVar("M", bound=models.Model)


class AgentRowsQuerySet(models.QuerySet[M]):
    """Rows that belong to an agent."""

    def visible_to(self, principal: Principal) -> Self:
        visible = User.objects.visible_to(principal)
        return self.filter(agent__in=visible.order_by().values("pk")) if visible.query.where else self


class Attributed(models.Model):
    """Says who did it, in three columns."""

    if TYPE_CHECKING:
        actor_kind: Any
        actor_id: Any
        actor_name: Any

    class Meta:
        abstract = True

    @property
    def actor(self) -> Actor:
        return Actor(self.actor_kind, self.actor_id, self.actor_name)


def _channel_field(name: Any) -> "models.CharField[str, str]":
    return models.CharField(name, max_length=14, choices=ChannelState.choices)


class ChannelStates(models.Model):
    """The mapping channel → state: a status defines one, an agent carries a copy."""

    voice = _channel_field(_("voice"))
    chat = _channel_field(_("chat"))
    email = _channel_field(_("e-mail"))
    social = _channel_field(_("social"))

    class Meta:
        abstract = True

    @property
    def channels(self) -> dict[str, str]:
        return {channel: getattr(self, channel) for channel in CHANNELS}


def known_states(prefix: str) -> list[models.BaseConstraint]:
    return [
        models.CheckConstraint(name=f"{prefix}_{channel}_state", condition=Q(**{f"{channel}__in": ChannelState.values}))
        for channel in CHANNELS
    ]
