"""What the directory tells: agents come and go, omnichannel routing is switched on."""

from typing import Any

from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver

from contactcenter.directory.signals import (
    agents_changed,
    agents_disabled,
    agents_enabled,
    agents_held,
    agents_used,
    omnichannel_routing_switched_on,
)
from statuses import presence, services
from statuses.moves import lock_agents, lock_capacity


@receiver(agents_enabled)
def _agents_enabled(*, user_ids: list[int], actor: Any, **_: Any) -> None:
    services.enable_agents(user_ids, actor=actor)


@receiver(agents_changed)
def _agents_changed(*, user_ids: list[int], team_ids: set[int], **_: Any) -> None:
    services.publish_agents(user_ids, team_ids)


@receiver(agents_disabled)
def _agents_disabled(*, user_ids: list[int], actor: Any, **_: Any) -> None:
    services.retire_agents(user_ids, actor=actor)


@receiver(agents_held)
def _agents_held(*, user_ids: list[int], **_: Any) -> None:
    lock_capacity()
    lock_agents(user_ids, also_retired=True)


@receiver(agents_used)
def _agents_used(*, user_ids: list[int], **_: Any) -> set[int]:
    return services.agents_with_history(user_ids)


@receiver(omnichannel_routing_switched_on)
def _routing_switched_on(*, actor: Any, **_: Any) -> None:
    services.restart_all(actor=actor)


@receiver(user_logged_out)
def _signed_out(*, user: Any, **_: Any) -> None:
    if user is not None:
        presence.note_sign_out(user.pk)
