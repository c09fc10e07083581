"""The audit trail: who changed what, in words.

A test is one transaction, so all its changes have the same time; only those of one kind are in a certain order.
"""

import pytest
from django.utils import timezone
from django_celery_beat.models import PeriodicTask
from pytest_django import Settings

from contactcenter.console import audit, views
from contactcenter.directory.models import DesktopProfile, Team
from contactcenter.directory.services import delete_object, save_object, set_password
from statuses.models import Status, TimeoutDefaults, TimeoutRule
from statuses.services import save_defaults, save_rule
from statuses.states import OFFLINE, ONLINE
from tests.cast import Cast
from tests.console.support import Console, text_of
from tests.console.test_users import change
from tests.statuses.support import create_status


def changes(console: Console, **query: object) -> list[audit.Change]:
    found: list[audit.Change] = console.get("audit/", **query).context["changes"]
    return found


def differences(of: audit.Change) -> dict[str, tuple[str, str]]:
    return {difference.label: (difference.old, difference.new) for difference in of.differences}


def test_change_made_in_the_console_names_its_actor(admin: Console, cast: Cast) -> None:
    path = f"directory/site/{cast.praha.pk}/change/"
    admin.post(path, name="Brno", multimedia_profile=cast.praha.multimedia_profile_id)
    newest = changes(admin, kind="directory.site")[0]
    assert (newest.actor, newest.action, newest.kind, newest.name) == ("Alex Keller", "changed", "site", "Brno")
    assert differences(newest) == {"Name": ("Praha", "Brno")}
    assert newest.link == f"/console/{path}"
    assert "Alex Keller Site Brno changed Name Praha → Brno" in text_of(admin.get("audit/", kind="directory.site"))


def test_changes_without_a_person_are_the_systems(admin: Console, cast: Cast) -> None:
    save_object(Team(name="Night", site=cast.praha))
    newest = changes(admin, kind="directory.team")[0]
    assert (newest.actor, newest.action, newest.name) == ("System", "created", "Night")


def test_linked_objects_are_named_and_choices_worded(admin: Console, cast: Cast) -> None:
    change(admin, cast.agent, language="cs", site=cast.lyon.pk, ordered_teams=[cast.sales.pk])
    [newest] = changes(admin, kind="directory.user")[:1]
    assert differences(newest)["Site"] == ("Praha", "Lyon")
    assert differences(newest)["Language"] == ("–", "Čeština")


def test_membership_is_called_by_both_ends_and_leads_to_the_user(admin: Console, cast: Cast) -> None:
    change(admin, cast.agent, ordered_teams=[cast.care.pk, cast.claims.pk])
    newest = changes(admin, kind="directory.membership")[0]
    assert (newest.action, newest.name) == ("created", "Jana Mala · Claims")
    assert newest.link == f"/console/directory/user/{cast.agent.pk}/change/"


def test_deleted_objects_keep_their_name_and_have_no_link(admin: Console, cast: Cast) -> None:
    delete_object(save_object(Team(name="Night", site=cast.praha)))
    newest = changes(admin, kind="directory.team")[0]
    assert (newest.action, newest.name, newest.link) == ("deleted", "Night", "")


def test_saving_without_a_change_is_not_shown(admin: Console, cast: Cast) -> None:
    before = changes(admin)
    save_object(cast.praha)
    assert changes(admin) == before


def test_passwords_are_not_in_the_trail(admin: Console, cast: Cast) -> None:
    cast.agent.set_password("very-secret-1")
    cast.agent.save()
    assert "pbkdf2" not in admin.get("audit/").content.decode()
    assert "md5$" not in admin.get("audit/").content.decode()


def test_filter_by_kind_and_object(admin: Console, cast: Cast) -> None:
    create_status("One")
    two = create_status("Two")
    assert [row.name for row in changes(admin, kind="statuses.status")][:2] == ["Two", "One"]
    assert [row.name for row in changes(admin, kind="statuses.status", object=two.pk)] == ["Two"]
    history = admin.client.get(f"/console/statuses/status/{two.pk}/history/")
    assert history.url == f"/console/audit/?kind=statuses.status&object={two.pk}"


def test_pages_follow_one_another_without_gaps(admin: Console, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        team = save_object(Team(name=f"Team {number}", site=cast.praha))
        create_status(f"Status {number}", teams=[team])
    monkeypatch.setattr(views, "CHANGES_A_PAGE", 1000)
    everything = changes(admin)
    monkeypatch.setattr(views, "CHANGES_A_PAGE", 4)
    seen: list[audit.Change] = []
    before = ""
    while True:
        response = admin.get("audit/", before=before)
        seen += response.context["changes"]
        before = response.context["older"]
        if not before:
            break
    assert seen == everything


def test_longer_trail_takes_no_more_queries(admin: Console, cast: Cast) -> None:
    change(admin, cast.agent, first_name="Ada")
    admin.get("audit/")
    few = admin.queries("audit/")
    for name in ("Bea", "Cyd", "Dan", "Eda", "Fay", "Gus"):
        change(admin, cast.agent, first_name=name)
    assert admin.queries("audit/") <= few


def test_links_between_objects_are_in_the_trail(admin: Console, cast: Cast) -> None:
    profile = cast.supervisor.profile
    profile.sites.add(cast.lyon)
    profile.teams.remove(cast.care)
    create_status("Back office", teams=[cast.sales])
    desktop = save_object(DesktopProfile(name="Calm", idle_options="SPECIFIC"), links={"idle_codes": [cast.lunch]})
    assert [
        (change.action, change.kind, change.name, change.link)
        for kind in (
            "directory.userprofile_sites",
            "directory.userprofile_teams",
            "statuses.status_teams",
            "directory.desktopprofile_idle_codes",
        )
        for change in changes(admin, kind=kind)[:1]
    ] == [
        (
            "created",
            "site of a user profile",
            "Supervisor · Lyon",
            f"/console/directory/userprofile/{profile.pk}/change/",
        ),
        ("deleted", "team of a user profile", "Supervisor · Care", ""),
        (
            "created",
            "team of a status",
            "Back office · Sales",
            f"/console/statuses/status/{Status.objects.get(name='Back office').pk}/change/",
        ),
        (
            "created",
            "idle code of a desktop profile",
            "Calm · Lunch",
            f"/console/directory/desktopprofile/{desktop.pk}/change/",
        ),
    ]


def test_scheduled_tasks_are_in_the_trail(admin: Console, cast: Cast) -> None:
    task = PeriodicTask.objects.get(name="Prune events")
    path = f"django_celery_beat/periodictask/{task.pk}/"
    admin.post(f"{path}change/", kind="interval", every="5", period="hours")
    history = admin.client.get(f"/console/{path}history/", follow=True)
    newest = history.context["changes"][0]
    assert (newest.actor, newest.action, newest.kind, newest.name) == (
        "Alex Keller",
        "changed",
        "scheduled task",
        "Prune events",
    )
    assert newest.link == f"/console/{path}change/"
    known = len(history.context["changes"])
    PeriodicTask.objects.filter(pk=task.pk).update(total_run_count=9, last_run_at=timezone.now())
    again = admin.client.get(f"/console/{path}history/", follow=True)
    assert len(again.context["changes"]) == known


def test_ways_in_are_in_the_trail(admin: Console, cast: Cast, settings: Settings) -> None:
    settings.EMAIL_HOST = "mail.example.com"
    path = f"directory/user/{cast.agent.pk}/"
    admin.post(f"{path}link/")
    admin.post(f"{path}invite/")
    set_password(cast.agent, "very-secret-1")
    page = changes(admin, kind="directory.user", object=cast.agent.pk)[:3]
    assert [(change.actor, change.action) for change in page] == [
        ("Jana Mala", "set a password"),
        ("Alex Keller", "was sent an invitation"),
        ("Alex Keller", "was given a one-time link"),
    ]
    assert not any(change.differences for change in page)


def test_overview_shows_the_last_changes(admin: Console, cast: Cast) -> None:
    change(admin, cast.agent, first_name="Johana")
    assert "Alex Keller : user Johana Mala changed" in text_of(admin.get(""))


def test_timeouts_are_named_and_lead_to_their_page(admin: Console, cast: Cast) -> None:
    save_rule(TimeoutRule(status_id=ONLINE, idle_target_id=OFFLINE, idle_after_minutes=20))
    company = TimeoutDefaults.load()
    company.idle_enabled = True
    save_defaults(company)
    own, defaults = changes(admin, kind="statuses.timeoutrule")[0], changes(admin, kind="statuses.timeoutdefaults")[0]
    assert (own.name, own.link, own.action) == ("Online", "/console/timeouts/", "created")
    assert differences(own)["When idle"] == ("", "Offline")
    assert (defaults.name, defaults.link, defaults.action) == ("Company", "/console/timeouts/", "changed")
    assert differences(defaults) == {"Agents can become idle": ("no", "yes")}
