"""Who may send large files: asked before these are taken in."""

from typing import Any

import pytest
from django.test import Client
from django.test.client import RequestFactory

from bulkops.uploads import may_upload
from tests.callers import make_token
from tests.cast import Cast, signed_in


def headers(**given: str) -> dict[str, Any]:
    return RequestFactory().post("/api/v1/bulk-operations/", **given).environ  # type: ignore[arg-type]


def cookies(client: Client) -> str:
    return "; ".join(f"{name}={cookie.value}" for name, cookie in client.cookies.items())


@pytest.mark.django_db(transaction=True)
def test_only_those_who_may_run_bulk_operations(cast: Cast) -> None:
    assert may_upload(headers(HTTP_COOKIE=cookies(signed_in(cast.admin))))
    assert not may_upload(headers(HTTP_COOKIE=cookies(signed_in(cast.supervisor))))
    assert not may_upload(headers(HTTP_COOKIE="contactcenter_session=made-up"))
    assert not may_upload(headers())


@pytest.mark.django_db(transaction=True)
def test_clients_need_the_scope(cast: Cast) -> None:
    assert may_upload(headers(HTTP_AUTHORIZATION=f"Bearer {make_token(cast.client, 'bulk:write')}"))
    assert not may_upload(headers(HTTP_AUTHORIZATION=f"Bearer {make_token(cast.client, 'bulk:read')}"))
    assert not may_upload(headers(HTTP_AUTHORIZATION="Bearer made-up"))
