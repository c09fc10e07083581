"""What the directory shows in the console."""

from django.utils.translation import gettext_lazy as _

from contactcenter.console import registry
from contactcenter.console.registry import Area, NavigationEntry
from contactcenter.directory.admin.base import DIRECTORY

_OBJECTS = {
    Area.PEOPLE: (
        (_("Users"), "person", "user"),
        (_("User profiles"), "badge", "userprofile"),
        (_("Teams"), "groups", "team"),
        (_("Sites"), "location_on", "site"),
    ),
    Area.CONTACT_ROUTING: (
        (_("Entry points"), "login", "inboundentrypoint"),
        (_("Entry point mappings"), "dialpad", "entrypointmapping"),
        (_("Queues"), "inbox", "inboundqueue"),
        (_("Outdial entry points"), "logout", "outdialentrypoint"),
        (_("Outdial queues"), "outbox", "outdialqueue"),
        (_("Skill definitions"), "school", "skilldefinition"),
        (_("Skill profiles"), "workspace_premium", "skillprofile"),
    ),
    Area.CODES_AND_PROFILES: (
        (_("Work types"), "category", "worktype"),
        (_("Auxiliary codes"), "coffee", "auxiliarycode"),
        (_("Multimedia profiles"), "tune", "multimediaprofile"),
        (_("Desktop profiles"), "desktop_windows", "desktopprofile"),
    ),
    Area.NUMBERS_AND_MEDIA: (
        (_("Address books"), "contacts", "addressbook"),
        (_("Outdial ANIs"), "call_made", "outdialani"),
        (_("Audio files"), "music_note", "audiofile"),
    ),
}

registry.add_navigation(
    *(
        NavigationEntry(area, title, icon, f"admin:directory_{model}_changelist", DIRECTORY.may_view, order=10 * number)
        for area, objects in _OBJECTS.items()
        for number, (title, icon, model) in enumerate(objects, start=1)
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
