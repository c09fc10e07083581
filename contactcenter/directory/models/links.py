"""Links between configuration objects, for the audit trail: who may see which team is decided here."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from contactcenter.directory.models.desktop import DesktopProfile
from contactcenter.directory.models.queues import DistributionGroup
from contactcenter.directory.models.users import UserProfile
from contactcenter.lib.audit import audited


def _tracked(name: str, through: Any, singular: Any, plural: Any) -> Any:
    """Make the proxy by which the trail follows a table of links that Django made."""
    meta = type("Meta", (), {"proxy": True, "verbose_name": singular, "verbose_name_plural": plural})
    return audited()(type(name, (through,), {"Meta": meta, "__module__": __name__}))


ProfileTeam = _tracked(
    "ProfileTeam", UserProfile.teams.through, _("team of a user profile"), _("teams of user profiles")
)
ProfileSite = _tracked(
    "ProfileSite", UserProfile.sites.through, _("site of a user profile"), _("sites of user profiles")
)
ProfileQueue = _tracked(
    "ProfileQueue", UserProfile.queues.through, _("queue of a user profile"), _("queues of user profiles")
)
ProfileEntryPoint = _tracked(
    "ProfileEntryPoint",
    UserProfile.entry_points.through,
    _("entry point of a user profile"),
    _("entry points of user profiles"),
)
DesktopProfileIdleCode = _tracked(
    "DesktopProfileIdleCode",
    DesktopProfile.idle_codes.through,
    _("idle code of a desktop profile"),
    _("idle codes of desktop profiles"),
)
DesktopProfileWrapUpCode = _tracked(
    "DesktopProfileWrapUpCode",
    DesktopProfile.wrap_up_codes.through,
    _("wrap-up code of a desktop profile"),
    _("wrap-up codes of desktop profiles"),
)
DesktopProfileTransferTarget = _tracked(
    "DesktopProfileTransferTarget",
    DesktopProfile.transfer_targets.through,
    _("transfer target of a desktop profile"),
    _("transfer targets of desktop profiles"),
)
DesktopProfileBuddyTeam = _tracked(
    "DesktopProfileBuddyTeam",
    DesktopProfile.buddy_teams.through,
    _("buddy team of a desktop profile"),
    _("buddy teams of desktop profiles"),
)
DesktopProfileQueue = _tracked(
    "DesktopProfileQueue",
    DesktopProfile.selected_queues.through,
    _("queue in the statistics of a desktop profile"),
    _("queues in the statistics of desktop profiles"),
)
DesktopProfileTeam = _tracked(
    "DesktopProfileTeam",
    DesktopProfile.selected_teams.through,
    _("team in the statistics of a desktop profile"),
    _("teams in the statistics of desktop profiles"),
)
GroupTeam = _tracked(
    "GroupTeam",
    DistributionGroup.group_teams.through,
    _("team of a distribution group"),
    _("teams of distribution groups"),
)
