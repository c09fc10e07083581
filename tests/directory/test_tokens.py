"""API tokens: made and revoked on one's own account, shown once, stored as digests."""

import re
from typing import Any

import pytest
from django.test import Client

from contactcenter.api.models import ApiToken
from contactcenter.api.services import TOKENS_AT_ONCE, create_token, digest_of, revoke_token
from contactcenter.directory.services import delete_user
from contactcenter.lib.actors import SYSTEM
from contactcenter.lib.errors import Conflict
from tests.cast import Cast, signed_in
from tests.concurrency import together
from tests.console.support import Console, text_of
from tests.console.test_audit import changes, differences


def create(client: Client, name: str) -> Any:
    return client.post("/account/tokens/", {"token-name": name})


def secret_in(response: Any) -> str:
    [secret] = re.findall(r'data-copy="([^"]+)"', response.content.decode())
    return str(secret)


def test_everybody_makes_tokens_of_their_own(cast: Cast) -> None:
    for user in (cast.admin, cast.supervisor, cast.agent):
        client = signed_in(user)
        secret = secret_in(create(client, " Wallboard "))
        [token] = user.api_tokens.all()
        assert (token.name, token.digest, token.hint) == ("Wallboard", digest_of(secret), secret[-4:])
        assert len(secret) * 6 >= 160  # bits
        page = text_of(client.get("/account/"))
        assert f"Wallboard ends with {token.hint}" in page
        assert "never used" in page
        assert secret not in page


def test_secrets_are_not_kept_in_caches(cast: Cast) -> None:
    assert "no-store" in create(signed_in(cast.agent), "Wallboard")["Cache-Control"]


def test_secret_is_nowhere_in_the_database(cast: Cast) -> None:
    token, secret = create_token(cast.agent, "Wallboard")
    assert secret not in str(ApiToken.objects.filter(pk=token.pk).values())
    assert create_token(cast.agent, "Wallboard")[1] != secret


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("", "This field is required."),
        ("  ", "This field is required."),
        ("n" * 81, "at most 80 characters"),
        ("two\nlines", "Keep to one line"),
        ("a\0b", "Null characters are not allowed."),
    ],
)
def test_names_that_cannot_be(cast: Cast, name: str, error: str) -> None:
    response = create(signed_in(cast.agent), name)
    assert response.status_code == 200
    assert error in text_of(response)
    assert "Save your settings" in text_of(response)
    assert not ApiToken.objects.exists()


def test_limit_counts_live_tokens(cast: Cast) -> None:
    client = signed_in(cast.agent)
    tokens = [create_token(cast.agent, f"Token {number}")[0] for number in range(TOKENS_AT_ONCE)]
    assert "There are 20 API tokens already, which is the limit." in text_of(create(client, "One more"))
    assert cast.agent.api_tokens.count() == TOKENS_AT_ONCE
    revoke_token(tokens[0])
    assert secret_in(create(client, "One more"))
    create_token(cast.teammate, "Of somebody else")


def test_limit_holds_for_two_at_once(transactional_db: None, cast: Cast) -> None:
    for number in range(TOKENS_AT_ONCE - 1):
        create_token(cast.agent, f"Token {number}")
    found = together(*[lambda: create_token(cast.agent, "The last")] * 2)
    assert sum(isinstance(one, Conflict) for one in found) == 1
    assert cast.agent.api_tokens.count() == TOKENS_AT_ONCE


def test_revoking_asks_first_and_is_for_good(cast: Cast) -> None:
    token, _secret = create_token(cast.agent, "Wallboard")
    client = signed_in(cast.agent)
    path = f"/account/tokens/{token.pk}/revoke/"
    assert "Programs that use it are refused from now on." in text_of(client.get(path))
    assert cast.agent.api_tokens.live().exists()
    assert client.post(path).headers["Location"] == "/account/"
    assert "“Wallboard” is revoked" in text_of(client.get("/account/"))
    token.refresh_from_db()
    first = token.revoked_at
    assert first
    assert client.post(path).status_code == 404
    revoke_token(token)
    token.refresh_from_db()
    assert token.revoked_at == first


def test_tokens_of_others_do_not_exist(cast: Cast) -> None:
    token, _secret = create_token(cast.agent, "Wallboard")
    for user in (cast.teammate, cast.supervisor, cast.admin):
        client = signed_in(user)
        assert client.post(f"/account/tokens/{token.pk}/revoke/").status_code == 404
        assert "Wallboard" not in text_of(client.get("/account/"))
    assert cast.agent.api_tokens.live().exists()


def test_tokens_go_with_their_user(cast: Cast) -> None:
    create_token(cast.stranger, "Wallboard")
    delete_user(cast.stranger, actor=SYSTEM)
    assert not ApiToken.objects.exists()


def test_trail_knows_tokens_but_not_their_secrets(cast: Cast) -> None:
    client, admin = signed_in(cast.agent), Console(cast.admin)
    secret = secret_in(create(client, "Wallboard"))
    token = ApiToken.objects.get()
    client.post(f"/account/tokens/{token.pk}/revoke/")
    ApiToken.objects.update(last_used_at=token.created_at)  # which is no change worth a line
    revoked, created = changes(admin, kind="api.apitoken")
    assert (created.actor, created.action, created.name) == ("Jana Mala", "created", "Wallboard")
    assert created.link == f"/console/directory/user/{cast.agent.pk}/change/"
    assert (revoked.actor, revoked.action) == ("Jana Mala", "changed")
    assert list(differences(revoked)) == ["Revoked"]
    page = admin.get("audit/", kind="api.apitoken").content.decode()
    assert secret not in page
    assert token.digest not in page
