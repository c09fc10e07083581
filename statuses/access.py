"""Who may set whose status."""

from django.utils.translation import gettext as _

from contactcenter.api.principals import ClientPrincipal
from contactcenter.directory.access import Level, Module, Role
from contactcenter.directory.models import Principal, User
from contactcenter.lib.errors import Forbidden
from statuses.states import Cause


def may_read_agents(user: User) -> bool:
    """Agents read themselves; whom others see is decided by ``visible_to``."""
    return user.is_active


def may_set(user: User) -> bool:
    """Whether the user may set anybody's status at all."""
    return user.may(Module.AGENT_DESKTOP, Level.EDIT) or may_set_others(user)


def may_set_others(user: User) -> bool:
    return user.may(Module.MANAGE_AGENT_STATES, Level.EDIT)


def may_watch(user: User) -> bool:
    return user.may(Module.REAL_TIME_REPORTS, Level.VIEW)


def may_see_others(principal: Principal) -> bool:
    """Whose availability beside one's own: of those ``visible_to`` the principal, with a module that shows them."""
    return isinstance(principal, ClientPrincipal) or may_watch(principal) or may_set_others(principal)


def may_read_history(user: User) -> bool:
    """The history of others; everybody may read their own."""
    return user.may(Module.HISTORICAL_REPORTS, Level.VIEW)


def may_manage_statuses(user: User) -> bool:
    return user.role == Role.ADMINISTRATOR and user.may(Module.PROVISIONING, Level.EDIT)


def may_see_statuses(user: User) -> bool:
    return user.role == Role.ADMINISTRATOR and user.may(Module.PROVISIONING, Level.VIEW)


def cause_of(principal: Principal, agent_id: int) -> Cause:
    """Return as what the principal sets this agent's status. Raises ``Forbidden`` when it may not."""
    if isinstance(principal, ClientPrincipal):
        return Cause.API
    if _may_set_own(principal, agent_id):
        return Cause.AGENT
    if may_set_others(principal):
        return cause_of_others(principal)
    raise Forbidden(_("Your user profile does not let you set this status."))


def cause_of_others(principal: Principal) -> Cause:
    """As ``cause_of``, for many agents at once."""
    if isinstance(principal, ClientPrincipal):
        return Cause.API
    return Cause.ADMIN if principal.role == Role.ADMINISTRATOR else Cause.SUPERVISOR


def require_may_change(principal: Principal, agent_id: int) -> None:
    """Check who wants to change what an agent can take, beside the status. Raises ``Forbidden``."""
    if isinstance(principal, ClientPrincipal) or _may_set_own(principal, agent_id) or may_set_others(principal):
        return
    raise Forbidden(_("Your user profile does not let you change what this agent can take."))


def _may_set_own(user: User, agent_id: int) -> bool:
    return user.pk == agent_id and user.may(Module.AGENT_DESKTOP, Level.EDIT)


def may_always_switch(principal: Principal) -> bool:
    """Whether channels can be switched although the company does not let agents do so."""
    return not isinstance(principal, ClientPrincipal) and principal.role == Role.ADMINISTRATOR


def may_report_phone_lines(user: User) -> bool:
    """Phone lines are the telephony system's; an administrator stands in for it."""
    return user.role == Role.ADMINISTRATOR and may_set_others(user)
