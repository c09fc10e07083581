"""What the console itself shows in the console."""

from django.utils.translation import gettext_lazy as _

from contactcenter.console import clients, registry, schedules, views  # noqa: F401 - register their admins
from contactcenter.console.access import CONFIGURATION
from contactcenter.console.registry import Area, NavigationEntry, Page, Tile

registry.add_navigation(
    NavigationEntry(Area.OVERVIEW, _("Overview"), "dashboard", "admin:index", lambda _request: True),
    NavigationEntry(
        Area.INTEGRATIONS, _("API clients"), "key", "admin:api_apiclient_changelist", CONFIGURATION.may_view
    ),
    NavigationEntry(
        Area.SYSTEM,
        _("Scheduled tasks"),
        "schedule",
        "admin:django_celery_beat_periodictask_changelist",
        CONFIGURATION.may_view,
        order=20,
    ),
    NavigationEntry(Area.SYSTEM, _("Audit"), "history_edu", "admin:audit", CONFIGURATION.may_view, order=30),
)
registry.add_pages(Page("audit/", views.audit_trail, "audit"))
registry.add_tiles(Tile("console/_tile_changes.html", views.last_changes, CONFIGURATION.may_view, order=90))
