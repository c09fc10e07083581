"""The page of agent statuses: the grid, the built-in ones, earlier versions, deleting."""

import pytest

from contactcenter.directory.models import CompanySettings
from contactcenter.directory.services import save_company_settings
from contactcenter.lib.actors import SYSTEM
from contactcenter.workspace.models import Notification
from statuses.models import Status
from statuses.states import AWAY, OFFLINE, ONLINE
from tests.cast import Cast
from tests.console.support import Console, administrator_with, errors_of, text_of, told
from tests.statuses.support import BACK_OFFICE, choose, create_status, state_of

NEW = {"name": "Back office", "description": "", **BACK_OFFICE}


def test_list_shows_channels_teams_and_agents(admin: Console, cast: Cast) -> None:
    status = create_status(teams=[cast.care])
    choose(cast.agent, status.pk)
    page = text_of(admin.get("statuses/status/"))
    assert "Back office Offline Offline Online Offline Care 1" in page


def test_built_in_statuses_only_offer_their_details(admin: Console) -> None:
    create_status()
    page = admin.get("statuses/status/").content.decode()
    assert page.count("View details") == 4
    assert page.count(">Edit</a>") == page.count(">Delete</a>") == 1
    details = admin.get(f"statuses/status/{AWAY}/change/")
    assert "This status is built in" in text_of(details)
    assert "_save" not in details.content.decode()


@pytest.mark.parametrize("page", ["change", "delete"])
def test_built_in_status_is_not_changed_by_a_crafted_post(admin: Console, page: str) -> None:
    assert admin.post(f"statuses/status/{AWAY}/{page}/", **NEW).status_code == 403
    assert Status.objects.get(pk=AWAY).name == "Away"


def test_built_in_status_among_the_selected_is_kept(admin: Console) -> None:
    status = create_status()
    chosen = {"action": "delete_selected_rows", "_selected_action": [AWAY, status.pk], "confirmed": "yes"}
    assert told(admin.post("statuses/status/", **chosen)) == [
        "Away: “Away” is built in: it can be looked at, but not changed or deleted.",
        "1 deleted.",
    ]
    assert set(Status.objects.values_list("pk", flat=True)) == {2, 3, 4, 5}


def test_status_is_added_with_its_grid_and_teams(admin: Console, cast: Cast) -> None:
    assert admin.post("statuses/status/add/", **NEW, teams=[cast.care.pk]).status_code == 302
    status = Status.objects.get(name="Back office")
    assert status.channels == BACK_OFFICE
    assert list(status.teams.all()) == [cast.care]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "   "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": "oNLINE"}, "name"),  # a built-in's name
        ({"voice": "asleep"}, "voice"),
        ({"chat": ""}, "chat"),
        ({"teams": [999999]}, "teams"),
    ],
)
def test_values_that_cannot_be_are_refused_at_the_field(admin: Console, values: dict[str, object], field: str) -> None:
    assert list(errors_of(admin.post("statuses/status/add/", **{**NEW, **values}))) == [field]
    assert not Status.objects.custom().exists()


@pytest.mark.parametrize("name", ["", "x" * 101])
def test_name_is_refused_for_one_reason(admin: Console, cast: Cast, name: str) -> None:
    response = admin.post("statuses/status/add/", **(NEW | {"name": name}))
    assert len(errors_of(response)["name"]) == 1


def test_longest_name_is_taken(admin: Console) -> None:
    admin.post("statuses/status/add/", **{**NEW, "name": "x" * 100})
    assert Status.objects.custom().get().name == "x" * 100


def test_limit_of_custom_statuses_is_told(admin: Console) -> None:
    company = CompanySettings.load()
    company.custom_status_limit = 0
    save_company_settings(company, actor=SYSTEM)
    errors = errors_of(admin.post("statuses/status/add/", **NEW))
    assert errors == {"__all__": ["There are 0 custom statuses already, which is the limit. Delete one first."]}


def test_editing_leaves_agents_alone_and_says_so(admin: Console, cast: Cast) -> None:
    status = create_status()
    choose(cast.agent, status.pk)
    admin.post(f"statuses/status/{status.pk}/change/", **{**NEW, "chat": "online"})
    assert state_of(cast.agent).chat == "offline"
    assert "1 agent still uses an earlier version of “Back office”" in text_of(admin.get("statuses/status/"))
    form = text_of(admin.get(f"statuses/status/{status.pk}/change/"))
    assert "1 agent is in it now A change reaches them when they choose a status again" in form
    assert "Jana Mala" in form
    assert "Back office 1 agent" in text_of(admin.get(""))  # the overview
    choose(cast.agent, status.pk)
    assert "earlier version" not in text_of(admin.get("statuses/status/"))


def test_preview_draws_the_ring_and_says_what_is_received(admin: Console) -> None:
    response = admin.get("statuses/status/preview/", **BACK_OFFICE)
    assert "Receives e-mail. No calls, chats or social messages." in text_of(response)
    assert response.content.count(b"state-offline") == 3


def test_preview_is_for_those_who_see_statuses(supervisor: Console) -> None:
    assert supervisor.get("statuses/status/preview/").status_code == 403


def test_deleting_counts_and_moves_the_agents(admin: Console, cast: Cast) -> None:
    status = create_status()
    choose(cast.agent, status.pk)
    choose(cast.teammate, status.pk)
    path = f"statuses/status/{status.pk}/delete/"
    asked = text_of(admin.get(path))
    assert "2 agents are in “Back office” now. They become Offline and are asked to choose again." in asked
    assert "Delete “Back office”" in asked
    response = admin.post(path)
    assert "2 agents were in “Back office” and are Offline now." in told(response)
    for agent in (cast.agent, cast.teammate):
        state = state_of(agent)
        assert (state.status_id, state.must_choose, state.actor) == (OFFLINE, True, cast.admin.actor)
        assert Notification.objects.filter(user=agent, kind="status_deleted").count() == 1


def test_deleting_what_is_gone_already_is_no_error(admin: Console) -> None:
    status = create_status()
    path = f"statuses/status/{status.pk}/delete/"
    admin.post(path)
    assert admin.post(path).status_code == 302


def test_those_who_may_only_look_see_a_custom_status_as_it_is(cast: Cast) -> None:
    status = create_status(teams=[cast.care])
    page = Console(administrator_with("VIEW")).get(f"statuses/status/{status.pk}/change/")
    assert "Care · Praha" in text_of(page)
    assert "_save" not in page.content.decode()


def test_online_is_named_in_the_ring(admin: Console) -> None:
    assert "Online: Voice online, chat online, e-mail online, social online" in text_of(admin.get("statuses/status/"))
    assert Status.objects.get(pk=ONLINE).builtin


def test_longer_list_takes_no_more_queries(admin: Console, cast: Cast) -> None:
    create_status("Status 0", teams=[cast.care])
    admin.get("statuses/status/")
    few = admin.queries("statuses/status/")
    for number in range(1, 6):
        create_status(f"Status {number}", teams=[cast.care, cast.sales])
    assert admin.queries("statuses/status/") == few
