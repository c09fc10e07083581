"""What statuses show in the console."""

from django.utils.translation import gettext_lazy as _

from contactcenter.console import registry
from contactcenter.console.registry import Area, NavigationEntry, Page, Tile
from contactcenter.directory.access import viewer
from contactcenter.directory.columns import UserColumn, add_user_column
from statuses import access
from statuses.console import columns, history, live, notes, overview, reports, setting, timeline, timeouts, wallboard
from statuses.console.people import HISTORY, LIVE


def register() -> None:
    registry.add_navigation(
        NavigationEntry(
            Area.ROUTING,
            _("Agent statuses"),
            "donut_small",
            "admin:statuses_status_changelist",
            lambda request: access.may_see_statuses(viewer(request)),
            order=10,
        ),
        NavigationEntry(Area.ROUTING, _("Timeouts"), "timer", "admin:timeouts", timeouts.TIMEOUTS.may_view, order=15),
        NavigationEntry(Area.ROUTING, _("Live agents"), "groups_2", "admin:live-agents", LIVE.may_view, order=20),
        NavigationEntry(
            Area.ROUTING, _("Teams wallboard"), "space_dashboard", "admin:teams-wallboard", LIVE.may_view, order=25
        ),
        NavigationEntry(
            Area.ROUTING, _("Status history"), "history", "admin:status-history", HISTORY.may_view, order=30
        ),
        NavigationEntry(Area.ROUTING, _("Reports"), "bar_chart", "admin:reports", HISTORY.may_view, order=40),
    )
    registry.add_pages(
        Page("live-agents/", live.live_agents, "live-agents"),
        Page("live-agents/rows/", live.live_rows, "live-agents-rows"),
        Page("live-agents/set-status/", setting.set_status_of_selected, "live-agents-set-status"),
        Page(
            "live-agents/<int:agent_id>/channels/<slug:channel>/",
            setting.switch_channel_of_agent,
            "live-agents-switch-channel",
        ),
        Page("teams-wallboard/", wallboard.wallboard, "teams-wallboard"),
        Page("teams-wallboard/teams/", wallboard.wallboard_teams, "teams-wallboard-teams"),
        Page("timeouts/", timeouts.timeouts, "timeouts"),
        Page("timeouts/preview/", timeouts.preview, "timeouts-preview"),
        Page("status-history/", history.status_history, "status-history"),
        Page("status-history/csv/", history.status_history_csv, "status-history-csv"),
        Page("reports/", reports.reports, "reports"),
        Page("reports/csv/", reports.reports_csv, "reports-csv"),
        Page("reports/agents/<int:agent_id>/", timeline.agent_day, "agent-day"),
    )
    registry.add_tiles(
        Tile("statuses/console/_tile_agents.html", overview.agents_now, LIVE.may_view, order=10),
        Tile("statuses/console/_tile_capacity.html", overview.spare_capacity, LIVE.may_view, order=15),
        Tile("statuses/console/_tile_routing.html", overview.routing, overview.may_see_routing, order=20),
        Tile("statuses/console/_tile_outdated.html", overview.outdated, overview.may_see_outdated, order=30),
    )
    notes.register()
    add_user_column(UserColumn("status", _("status"), ("state",), columns.status_of))
