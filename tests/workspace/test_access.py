"""Who gets into the workspace."""

import pytest
from django.test import Client

from contactcenter.directory.models import UserProfile
from contactcenter.directory.services import deactivate_user, save_object, save_user
from contactcenter.lib.actors import SYSTEM
from statuses.models import AgentState
from statuses.states import OFFLINE
from tests.cast import Cast, signed_in

PAGES = (
    "/workspace/",
    "/workspace/status/",
    "/workspace/channels/",
    "/workspace/handset/",
    "/workspace/day/",
    "/workspace/notifications/",
)
ACTIONS = (
    "/workspace/status/",
    "/workspace/channels/voice/",
    "/workspace/notifications/read/",
    "/workspace/notifications/1/read/",
)


@pytest.mark.parametrize("path", PAGES)
def test_open_to_agents_only(cast: Cast, path: str) -> None:
    assert signed_in(cast.agent).get(path).status_code == 200
    refused = signed_in(cast.admin).get(path)
    assert refused.status_code == 403
    assert "The workspace is for agents" in refused.content.decode()
    assert Client().get(path)["Location"] == "/sign-in/?next=/workspace/"


@pytest.mark.parametrize("path", ACTIONS)
def test_actions_are_posts_of_agents(cast: Cast, path: str) -> None:
    assert signed_in(cast.supervisor).post(path).status_code == 403
    assert Client().post(path)["Location"] == "/sign-in/?next=/workspace/"
    assert Client(headers={"HX-Request": "true"}).post(path).status_code == 401
    for method in ("put", "patch", "delete"):
        assert getattr(signed_in(cast.agent), method)(path).status_code == 405
    assert signed_in(cast.agent).get("/workspace/notifications/read/").status_code == 405


def test_supervisor_who_is_an_agent_too_gets_in(cast: Cast) -> None:
    cast.supervisor.contact_center_enabled, cast.supervisor.site = True, cast.praha
    save_user(cast.supervisor, actor=SYSTEM)
    page = signed_in(cast.supervisor).get("/workspace/")
    assert page.status_code == 200
    assert 'href="/console/"' in page.content.decode()


def test_profile_without_the_agent_desktop_is_refused(cast: Cast) -> None:
    _narrow(cast, "NONE")
    assert signed_in(cast.agent).get("/workspace/").status_code == 403


def test_profile_that_only_views_cannot_choose(cast: Cast) -> None:
    _narrow(cast, "VIEW")
    client = signed_in(cast.agent)
    page = client.get("/workspace/").content.decode()
    assert "does not let you set your status" in page
    assert 'name="choice"' not in page
    assert client.post("/workspace/status/", {"choice": "3"}).status_code == 403
    assert AgentState.objects.get(pk=cast.agent.pk).status_id == OFFLINE


def test_deactivated_agent_is_out(cast: Cast) -> None:
    client = signed_in(cast.agent)
    deactivate_user(cast.agent, actor=SYSTEM)
    assert client.get("/workspace/").status_code == 302
    assert client.get("/workspace/day/", headers={"HX-Request": "true"}).status_code == 401


def test_page_may_load_nothing_from_elsewhere(cast: Cast) -> None:
    policy = signed_in(cast.agent).get("/workspace/")["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


def _narrow(cast: Cast, level: str) -> None:
    profile = UserProfile.objects.get(pk=cast.agent.profile_id)
    profile.module_access = UserProfile.Access.SPECIFIC
    for module in UserProfile.MODULES:
        setattr(profile, module, "NONE")
    profile.agent_desktop = level
    save_object(profile)
