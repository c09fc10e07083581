"""Workers are told at once; where they cannot be, the operation waits for the sweep."""

from typing import Any, NoReturn

import pytest
from kombu.exceptions import OperationalError

from bulkops import services, tasks
from bulkops.models import Operation
from contactcenter.lib.actors import SYSTEM
from tests.cast import Cast


def test_an_operation_is_started_while_the_broker_is_away(
    transactional_db: None, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: Any, **_options: Any) -> NoReturn:
        raise OperationalError("Connection refused")

    monkeypatch.setattr(tasks.run_operation, "delay", refuse)
    operation = services.start_export("site", "sites", actor=SYSTEM)
    assert Operation.objects.get(pk=operation.pk).status == "new"
