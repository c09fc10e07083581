"""What people of the demo company may do, and what they find in their workspace."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from contactcenter.demo.places import doing
from contactcenter.demo.routing import Routing
from contactcenter.directory.models import (
    AddressBook,
    AuxiliaryCode,
    DesktopProfile,
    OutdialAni,
    Site,
    Team,
    UserProfile,
)
from contactcenter.directory.services import save_object

STANDARD, NEWCOMER, SALES = "Standard desktop", "Newcomer desktop", "Sales desktop"

# What somebody sees who listens to calls and reads reports, and changes nothing
_AUDITOR: Final = {
    "real_time_reports": "VIEW",
    "historical_reports": "VIEW",
    "reporting_and_analytics": "VIEW",
    "call_recording": "VIEW",
    "call_monitoring": "EDIT",
    "recording_management": "VIEW",
    "supervisory_features": "VIEW",
}


def create_desktop_profiles(
    idle: Sequence[AuxiliaryCode],
    wrap_up: Sequence[AuxiliaryCode],
    sites: Sequence[Site],
    teams: Sequence[Team],
    routing: Routing,
    books: Mapping[str, AddressBook],
    anis: Mapping[str, OutdialAni],
) -> dict[str, DesktopProfile]:
    breaks = [code for code in idle if code.work_type.name == "Breaks"]
    training = [code for code in idle if code.name == "Training"]
    specific = DesktopProfile.Options.SPECIFIC
    outdial: dict[str, Any] = {"outdial_enabled": True, "address_book": books["Company numbers"]}
    profiles = (
        DesktopProfile(
            name=STANDARD,
            description="All reasons.",
            consult_to_queue=True,
            outdial_ep=routing.outdial_entry_points["Outdial"],
            outdial_ani=anis["Care numbers"],
            **outdial,
        ),
        DesktopProfile(name=NEWCOMER, description="Breaks and training.", idle_options=specific),
        DesktopProfile(name="Plain desktop", description="Breaks only.", parent_site=sites[-1], idle_options=specific),
        _sales_desktop(routing, anis, outdial),
    )
    care = doing("Care", teams)
    links: dict[str, dict[str, Sequence[Any]]] = {
        NEWCOMER: {"idle_codes": [*breaks, *training]},
        "Plain desktop": {"idle_codes": breaks},
        SALES: {
            "wrap_up_codes": [code for code in wrap_up if code.name != "Passed on"],
            "transfer_targets": [routing.queues["Care calls"], routing.queues["Technical calls"]],
            "buddy_teams": care,
            "selected_queues": [routing.queues["Sales calls"], routing.queues["Website chat"]],
            "selected_teams": doing("Sales", teams),
        },
    }
    return {profile.name: save_object(profile, links=links.get(profile.name)) for profile in profiles}


def _sales_desktop(routing: Routing, anis: Mapping[str, OutdialAni], outdial: Mapping[str, Any]) -> DesktopProfile:
    specific = DesktopProfile.OptionsOrNone.SPECIFIC
    return DesktopProfile(
        name=SALES,
        description="Many calls, one after the other.",
        screen_popups=True,
        last_agent_routing=True,
        wrap_up_type=DesktopProfile.WrapUpType.AUTO,
        auto_wrap_up_time=45,
        allow_auto_wrap_up_extension=True,
        agent_available_after_outdial=True,
        wrap_up_options=DesktopProfile.Options.SPECIFIC,
        transfer_options=specific,
        buddy_team_option=specific,
        queue_statistics_option=specific,
        team_statistics_option=specific,
        logged_in_team_statistics=True,
        outdial_ep=routing.outdial_entry_points["Campaigns"],
        outdial_ani=anis["Sales numbers"],
        dial_plan_enabled=True,
        dial_plan=["National", "European"],
        dn_validation_option=DesktopProfile.DnValidation.VALIDATION_CRITERIA,
        validation_criteria=["Extension of four digits"],
        agent_threshold_alerts_enabled=True,
        agent_threshold_alerts=["Long call", "Long wrap-up"],
        **outdial,
    )


def create_user_profiles(sites: Sequence[Site], teams: Sequence[Team], routing: Routing) -> dict[str, UserProfile]:
    types, access = UserProfile.Type, UserProfile.Access
    profiles = {
        "admin": save_object(UserProfile(name="Administrator", profile_type=types.ADMINISTRATOR)),
        "agent": save_object(UserProfile(name="Agent", profile_type=types.STANDARD_AGENT)),
        "senior": save_object(UserProfile(name="Senior agent", profile_type=types.PREMIUM_AGENT)),
    }
    for site in sites:
        profile = UserProfile(
            name=f"Supervisor {site.name}",
            profile_type=types.SUPERVISOR,
            site_access=access.SPECIFIC,
            team_access=access.SPECIFIC,
        )
        own = [team for team in teams if team.site_id == site.pk]
        profiles[site.name] = save_object(profile, links={"sites": [site], "teams": own})
    profiles["auditor"] = _auditor(sites, teams, routing)
    return profiles


def _auditor(sites: Sequence[Site], teams: Sequence[Team], routing: Routing) -> UserProfile:
    specific = UserProfile.Access.SPECIFIC
    profile = UserProfile(
        name="Quality auditor",
        description="Listens to sales calls in Praha and Lyon.",
        profile_type=UserProfile.Type.SUPERVISOR,
        module_access=specific,
        entry_point_access=specific,
        site_access=specific,
        queue_access=specific,
        team_access=specific,
        **{**dict.fromkeys(UserProfile.MODULES, "NONE"), **_AUDITOR},
    )
    links = {
        "entry_points": [routing.entry_points["Sales line"]],
        "sites": sites[:2],
        "queues": [routing.queues["Sales calls"]],
        "teams": [*doing("Sales", teams, "Praha"), *doing("Sales", teams, "Lyon")],
    }
    return save_object(profile, links=links)
