"""Who may ask what; and whatever else is asked for."""

import pytest

from contactcenter.directory.services import save_object
from contactcenter.lib.channels import CHANNELS
from statuses.states import ONLINE
from statuses.zendesk.words import OURS
from tests.cast import Cast
from tests.statuses.zendesk.support import (
    AGENTS,
    V2,
    Zendesk,
    error_of,
    items_path,
    with_api_token,
)


def test_what_is_zendesks_administrators_is_ours(cast: Cast) -> None:
    paths = (
        AGENTS,
        f"{AGENTS}/{cast.agent.pk}",
        items_path(cast.agent),
        f"{AGENTS}/agent_statuses",
        f"{AGENTS}/agent_statuses/job_statuses/x",
        f"/account_groups/availability/{cast.care.pk}",
    )
    for user in (cast.agent, cast.supervisor):
        caller = with_api_token(user)
        for path in paths:
            assert error_of(caller.get(path))[:2] == (403, "Forbidden")
        for path in (f"agents/{cast.agent.pk}", f"agents/update_many?ids={cast.agent.pk}"):
            response = caller.put(f"{AGENTS}/agent_statuses/{path}", {"id": ONLINE})
            assert error_of(response)[:2] == (403, "Forbidden")


def test_profile_narrows_what_an_administrator_may(cast: Cast) -> None:
    profile = cast.admin.profile
    profile.module_access = "SPECIFIC"
    for module in profile.MODULES:
        setattr(profile, module, "EDIT")
    profile.manage_agent_states, profile.real_time_reports = "NONE", "VIEW"
    save_object(profile)
    admin = with_api_token(cast.admin)
    assert admin.get(AGENTS).status_code == 200
    assert error_of(admin.put(f"{AGENTS}/agent_statuses/agents/{cast.agent.pk}", {"id": ONLINE}))[0] == 403
    profile.real_time_reports = "NONE"
    save_object(profile)
    assert error_of(admin.get(AGENTS))[0] == 403


# --- Other addresses ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/nothing",
        "/tickets.json",
        f"{AGENTS}/",
        f"{AGENTS}/x",
        f"{AGENTS}/-1",
        f"{AGENTS}/1234567890123456789",
        f"{AGENTS}/1/",
        f"{AGENTS}.json",
        f"{AGENTS}/agent_statuses/",
        f"{AGENTS}/agent_statuses/agents",
        f"{AGENTS}/1/channels",
        "/account_groups/availability",
        "/account_groups/availability/x",
    ],
)
def test_unknown_addresses(admin: Zendesk, path: str) -> None:
    for method in ("GET", "PUT", "POST"):
        assert error_of(admin.send(method, path, {}))[:2] == (404, "RecordNotFound")
    assert error_of(Zendesk().get(path))[:2] == (404, "RecordNotFound")


def test_wrong_methods(admin: Zendesk) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
        response = admin.send(method, AGENTS)
        assert error_of(response)[:2] == (405, "MethodNotAllowed")
        assert response["Allow"] == "GET, HEAD"
    assert error_of(admin.get(f"{AGENTS}/agent_statuses/agents/me"))[:2] == (405, "MethodNotAllowed")


def test_nul_in_an_address(admin: Zendesk) -> None:
    for path in (f"{AGENTS}?filter[agent_id]=%00", "/%00"):
        assert error_of(admin.client.get(V2 + path))[:2] == (400, "BadRequest")


def test_crash_is_told_in_the_same_shape(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    admin = with_api_token(cast.admin)
    admin.client.raise_request_exception = False
    monkeypatch.setattr("statuses.zendesk.shapes.ACCOUNT_ID", object())  # which is no JSON
    response = admin.client.get(f"{V2}/account_groups/availability/{cast.care.pk}")
    status, code, detail = error_of(response)
    assert (status, code) == (500, "InternalServerError")
    assert "Reference: " in detail


def test_names_of_channels_cover_all_but_social() -> None:
    assert set(OURS.values()) == set(CHANNELS) - {"social"}
