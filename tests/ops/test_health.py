"""The probes of load balancers and of the supervisor."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client

from tests.ops.support import ROOT

NO_DATABASE = "postgresql://nobody@127.0.0.1:1/nothing"


def test_health_needs_no_database(client: Client) -> None:  # nor is it allowed one here
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok")
    assert response["Content-Type"].startswith("text/plain")
    assert "no-store" in response["Cache-Control"]
    assert not response.cookies


@pytest.mark.django_db
def test_ready_when_everything_is_ok(client: Client) -> None:
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"ready": True, "checks": {"database": "ok", "migrations": "ok"}}
    assert not response.cookies


@pytest.mark.django_db
def test_not_ready_with_a_migration_to_apply(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM django_migrations WHERE id = (SELECT max(id) FROM django_migrations WHERE app = 'sessions')"
        )
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {"ready": False, "checks": {"database": "ok", "migrations": "1 unapplied"}}


def test_not_ready_without_database(tmp_path: Path) -> None:
    ask = """
import django
django.setup()
from django.conf import settings
settings.DATABASES["default"]["OPTIONS"]["pool"]["timeout"] = 0.1
from django.test import Client
response = Client().get("/readyz", headers={"host": "localhost"})
print(response.status_code, response.json()["checks"], Client().get("/healthz").status_code)
"""
    environment = {**os.environ, "DATABASE_URL": NO_DATABASE, "CONTACTCENTER_ALLOWED_HOSTS": "localhost,testserver"}
    result = subprocess.run(
        [sys.executable, "-c", ask], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert result.stdout == "503 {'database': 'unreachable', 'migrations': 'unreachable'} 200\n"


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probes_change_nothing(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405
