"""However many rows there are, a chunk of them takes the same number of statements."""

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bulkops import exporting, importing, services, undoing
from bulkops.models import Operation
from bulkops.running import run
from contactcenter.lib.actors import SYSTEM
from tests.bulkops.columns import TABLES
from tests.bulkops.company import Row
from tests.bulkops.specimens import FULL, MINIMAL, OTHER, numbered, rows_of
from tests.bulkops.support import bundle, counts, imported, start, whole_table

pytestmark = pytest.mark.usefixtures("company")

_CONTEXT = re.compile(r"SELECT set_config\('pghistory.*?; ", re.DOTALL)
_TABLE = re.compile(r"\b(?:directory|bulkops|statuses|events)_[a-z]+")

FEW, MANY, MOST = 10, 100, 1000


def statements(job: Callable[[], Any]) -> list[str]:
    """Return what the job asks of the database: each statement's verb and first table."""
    with CaptureQueriesContext(connection) as captured:
        job()
    found = (_CONTEXT.sub("", query["sql"]) for query in captured.captured_queries)
    return [" ".join([sql.split(maxsplit=1)[0], *_TABLE.findall(sql)[:1]]) for sql in found]


def ran(operation: Operation) -> list[str]:
    found = statements(lambda: run(operation.pk))
    operation.refresh_from_db()
    assert operation.status == "completed", operation.failure
    return found


def rows(slug: str, count: int, change: Row | None = None) -> str:
    found = (numbered(slug, FULL[slug], number) | (change or {}) for number in range(count))
    return whole_table(slug, [one for row in found for one in rows_of(slug, row)])


def change_of(slug: str) -> Row:
    harmless = {title: text for title, text in OTHER[slug].items() if title not in {"Default", "Type", "User Profile"}}
    return dict(list(harmless.items())[:1])


def each_kind_of_work(slug: str, count: int) -> dict[str, list[str]]:
    found = {"new": ran(start(slug, rows(slug, count)))}
    found["unchanged"] = ran(start(slug, rows(slug, count)))
    changing = start(slug, rows(slug, count, change_of(slug)))
    found["changed"] = ran(changing)
    found["changes taken back"] = ran(services.undo(changing.pk, actor=SYSTEM))
    [new] = Operation.objects.filter(kind="import", created__gt=0)
    found["previewed"] = ran(start(slug, rows(slug, count, change_of(slug)), dry_run=True))
    found["exported"] = ran(services.start_export(slug, "x", actor=SYSTEM))
    found["objects removed"] = ran(services.undo(new.pk, actor=SYSTEM))
    return found


def more(slug: str, many: int, monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, int]]:
    """Return what many rows ask of the database that few do not, by the kind of work."""
    monkeypatch.setattr(importing, "CHUNK", 10_000)
    monkeypatch.setattr(undoing, "CHUNK", 10_000)
    monkeypatch.setattr(exporting, "PAGE", 10_000)
    found = []
    for count in (FEW, many):
        found.append({kind: Counter(told) for kind, told in each_kind_of_work(slug, count).items()})
        Operation.objects.all().delete()
    differences = {kind: found[1][kind] - found[0][kind] for kind in found[0]}
    return {kind: dict(told) for kind, told in differences.items() if told}


@pytest.mark.parametrize("slug", TABLES)
def test_statements_do_not_grow_with_rows(slug: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert more(slug, MANY, monkeypatch) == {}


@pytest.mark.parametrize("slug", ["user", "queue"])
def test_not_even_with_a_whole_chunk(slug: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """But for Django's deleting, which goes by the hundred."""
    found = more(slug, MOST, monkeypatch)
    assert found.keys() <= {"objects removed"}
    assert sum(found.get("objects removed", {}).values()) <= 2 * MOST / 100


def naming_and_undoing(count: int) -> tuple[int, int]:
    """Import teams and skills, then users and skill profiles that name one of them each; then try to undo the former.

    Return the statements of the last two.
    """
    names = [f"{count} {number}" for number in range(count)]
    teams = [MINIMAL["team"] | {"Name": name} for name in names]
    skills = [MINIMAL["skill-definition"] | {"Name": f"S{name}"} for name in names]
    named = imported("bundle", bundle({"skill-definition": skills, "team": teams}))
    profiles = [row for name in names for row in rows_of_profile(name)]
    users = [FULL["user"] | {"Email": f"{name.replace(' ', '.')}@example.com", "Teams": name} for name in names]
    operation = start("bundle", bundle({"skill-profile": profiles, "user": users}))
    naming = len(ran(operation))
    undo = services.undo(named.pk, actor=SYSTEM)
    undoing = len(statements(lambda: run(undo.pk)))
    undo.refresh_from_db()
    assert counts(undo) == (0, 0, 0, 2 * count)
    return naming, undoing


def rows_of_profile(name: str) -> list[Row]:
    return [{"Name": f"P{name}"}, {"Name": f"P{name}", "Skill Name": f"S{name}", "Skill Value": "x"}]


def test_names_are_looked_up_together() -> None:
    """Also where each row names, or is named by, other objects than the rest."""
    assert naming_and_undoing(5) == naming_and_undoing(50)
