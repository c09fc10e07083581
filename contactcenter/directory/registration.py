"""What the directory shows in the console."""

from django.utils.translation import gettext_lazy as _

from contactcenter.console import registry
from contactcenter.console.registry import Area, NavigationEntry
from contactcenter.directory.admin.base import DIRECTORY

_OBJECTS = (
    (_("Users"), "person", "user"),
    (_("User profiles"), "badge", "userprofile"),
    (_("Sites"), "location_on", "site"),
    (_("Teams"), "groups", "team"),
    (_("Multimedia profiles"), "tune", "multimediaprofile"),
    (_("Desktop profiles"), "desktop_windows", "desktopprofile"),
    (_("Work types"), "category", "worktype"),
    (_("Auxiliary codes"), "coffee", "auxiliarycode"),
)

registry.add_navigation(
    *(
        NavigationEntry(
            Area.DIRECTORY, title, icon, f"admin:directory_{model}_changelist", DIRECTORY.may_view, order=10 * number
        )
        for number, (title, icon, model) in enumerate(_OBJECTS, start=1)
    ),
    NavigationEntry(
        Area.SYSTEM,
        _("Company settings"),
        "apartment",
        "admin:directory_companysettings_changelist",
        DIRECTORY.may_view,
        order=10,
    ),
)
