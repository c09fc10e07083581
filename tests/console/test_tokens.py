"""API tokens of others: administrators see and revoke them on the user's page."""

from contactcenter.api.services import create_token
from tests.cast import Cast
from tests.console.support import Console, administrator_with, text_of, told


def test_page_of_a_user_lists_live_tokens(admin: Console, cast: Cast) -> None:
    page = f"directory/user/{cast.agent.pk}/change/"
    assert "API tokens" not in text_of(admin.get(page))
    token, secret = create_token(cast.agent, "Wallboard")
    create_token(cast.teammate, "Of somebody else")
    shown = text_of(admin.get(page))
    assert f"Wallboard {token.hint}" in shown
    assert "Of somebody else" not in shown
    assert secret not in shown
    assert token.digest not in admin.get(page).content.decode()


def test_revoking_asks_first(admin: Console, cast: Cast) -> None:
    token, _secret = create_token(cast.agent, "Wallboard")
    path = f"directory/user/{cast.agent.pk}/tokens/{token.pk}/revoke/"
    assert "call the API as Jana Mala with “Wallboard” are refused" in text_of(admin.get(path))
    assert cast.agent.api_tokens.live().exists()
    response = admin.post(path)
    assert response.url == f"/console/directory/user/{cast.agent.pk}/change/"
    assert told(response) == ["“Wallboard” is revoked: its next call is refused."]
    assert not cast.agent.api_tokens.live().exists()
    assert admin.post(path).status_code == 404


def test_token_is_found_below_its_user_only(admin: Console, cast: Cast) -> None:
    token, _secret = create_token(cast.agent, "Wallboard")
    assert admin.post(f"directory/user/{cast.teammate.pk}/tokens/{token.pk}/revoke/").status_code == 404
    assert admin.post(f"directory/user/0/tokens/{token.pk}/revoke/").status_code == 404
    assert cast.agent.api_tokens.live().exists()


def test_only_those_who_may_change_users_revoke(supervisor: Console, cast: Cast) -> None:
    token, _secret = create_token(cast.agent, "Wallboard")
    path = f"directory/user/{cast.agent.pk}/tokens/{token.pk}/revoke/"
    viewer = Console(administrator_with("VIEW"))
    for console in (supervisor, viewer):
        assert console.get(path).status_code == 403
        assert console.post(path).status_code == 403
    page = viewer.get(f"directory/user/{cast.agent.pk}/change/")
    assert "Wallboard" in text_of(page)
    assert "tokens/" not in page.content.decode()
    assert cast.agent.api_tokens.live().exists()
