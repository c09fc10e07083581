"""The names of API clients."""

from collections.abc import Iterator
from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from contactcenter.api.models import ApiClient
from contactcenter.api.services import create_client, save_client
from tests.cast import Cast
from tests.concurrency import together


@pytest.mark.django_db
def test_names_that_differ_in_case_only_are_the_same(cast: Cast) -> None:
    with pytest.raises(ValidationError) as refusal:
        create_client(ApiClient(name=" crm "))
    assert refusal.value.error_dict["name"][0].code == "duplicate_name"


@pytest.mark.django_db
def test_a_client_keeps_its_name_and_its_secret(cast: Cast) -> None:
    client = ApiClient.objects.defer("client_secret").get(pk=cast.client.pk)
    client.name = "Crm"
    save_client(client)
    renamed = ApiClient.objects.get(pk=cast.client.pk)
    assert (renamed.name, renamed.client_secret) == ("Crm", cast.client.client_secret)


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_one_name_is_given_once() -> None:
    outcomes = together(*(partial(create_client, ApiClient(name=name)) for name in ("Phones", "PHONES", "phones")))
    refused = [outcome for outcome in outcomes if isinstance(outcome, ValidationError)]
    assert [error.error_dict["name"][0].code for error in refused] == ["duplicate_name"] * 2
    assert ApiClient.objects.count() == 1


@pytest.fixture
def _before_names_were_unique(transactional_db: None) -> Iterator[None]:
    MigrationExecutor(connection).migrate([("api", "0004_audit_clients")])
    yield
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


@pytest.mark.database
@pytest.mark.usefixtures("_before_names_were_unique")
def test_clients_of_the_same_name_are_told_apart_once() -> None:
    old = MigrationExecutor(connection).loader.project_state([("api", "0004_audit_clients")]).apps
    names = ("CRM", "crm", "crm (2)", "Crm", "", " Phones ")
    for number, name in enumerate(names):
        old.get_model("api", "ApiClient").objects.create(name=name, client_id=f"id-{number}")
    MigrationExecutor(connection).migrate([("api", "0005_unique_names")])
    clients = ApiClient.objects.order_by("pk")
    assert [client.name for client in clients] == ["CRM", "crm (2)", "crm (2) (2)", "Crm (3)", "id-4", "Phones"]
