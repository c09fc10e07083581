"""Who is there and who is lost, by the whole product: 200 agents and a web process that goes away."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta

import pytest

from statuses.states import OFFLINE, ONLINE
from tests.ops.crew import Crew
from tests.ops.product import Product
from tests.ops.support import ROOT, eventually, open_folder

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

AGENTS = 200
LOST_AFTER, TOLERANCE = timedelta(seconds=75), timedelta(seconds=5)
A_LONG_WHILE = """
WITH clock AS (
    UPDATE statuses_presenceclock
    SET up_since = up_since - interval '1 hour', beat_at = beat_at - interval '100 seconds' RETURNING beat_at
)
UPDATE statuses_presence SET seen_at = seen_at - interval '100 seconds' WHERE watched
RETURNING (SELECT now() - beat_at FROM clock)
"""


@pytest.fixture
def product() -> Iterator[Product]:
    with open_folder() as data_dir:
        product = Product(data_dir)
        with product.launch() as process:
            try:
                product.wait_ready(timeout=120)
                yield product
            finally:
                process.terminate()  # it stops the database before its folder is removed


@pytest.fixture
def crew(product: Product) -> Iterator[tuple[Crew, list[int]]]:
    made = subprocess.run(
        [sys.executable, "-m", "tests.ops.crew", str(AGENTS)],
        cwd=ROOT,
        env=product.environment | {"DJANGO_SETTINGS_MODULE": "contactcenter.settings"},
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    keys = {int(agent): key for agent, key in json.loads(made.stdout).items()}
    crew = Crew(product.port, keys)
    with crew.at_work():
        yield crew, list(keys)


def seen_lately(product: Product) -> int:
    lately = "SELECT count(*) FROM statuses_presence WHERE watched AND seen_at > now() - interval '40 seconds'"
    return int(product.execute(lately)[0][0])


def status_of(product: Product, agent: int) -> int:
    return int(product.execute("SELECT status_id FROM statuses_agentstate WHERE agent_id = %s", agent)[0][0])


def test_web_process_that_was_away_loses_nobody_but_who_is_gone(product: Product, crew: tuple[Crew, list[int]]) -> None:
    pages, agents = crew
    assert eventually(lambda: seen_lately(product) == AGENTS)
    for web in product.processes("contactcenter.web"):
        web.kill()
    silence = product.execute(A_LONG_WHILE)  # as if it had been away for longer than anybody needs to be lost
    assert len(silence) == AGENTS
    assert silence[0][0] > timedelta(seconds=100)
    assert eventually(lambda: seen_lately(product) == AGENTS), product.log.read_text()

    lost, *others = agents
    pages.close(lost)
    assert eventually(lambda: status_of(product, lost) == OFFLINE, timeout=90)
    ((silent, cause),) = product.execute(
        "SELECT since - seen_at, cause FROM statuses_agentstate JOIN statuses_presence USING (agent_id)"
        " WHERE agent_id = %s",
        lost,
    )
    assert cause == "disconnected"
    assert LOST_AFTER <= silent <= LOST_AFTER + TOLERANCE
    assert {status_of(product, agent) for agent in others} == {ONLINE}
    changes = "SELECT count(*) FROM statuses_statusinterval WHERE agent_id = ANY(%s)"
    assert product.execute(changes, others) == [(len(others),)], "they became Online, and nothing else"
