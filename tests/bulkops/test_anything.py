"""Whatever stands in the cells: rows are applied or refused, as the preview says; an export brings back what was
applied, and an undo what was there before."""

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bulkops import importing, undoing
from bulkops.models import Operation
from tests.bulkops.columns import COLUMNS, TABLES
from tests.bulkops.company import ROWS, Row
from tests.bulkops.second import CHANGED_ROWS, SOUNDS
from tests.bulkops.specimens import FULL
from tests.bulkops.support import (
    assert_good,
    bundle,
    counts,
    differences,
    dump,
    exported,
    imported,
    previewed,
    refusals,
    undone,
    whole_table,
)

pytestmark = pytest.mark.usefixtures("company")

_ODD = (
    *("[CLEAR]", "'[CLEAR]", "NONE", "ON", "off", "Yes", "0", "1", "-1", "00", "1e3", "99999999999999999999", "٣", "½"),
    *("|", "a|", "|a|", "a||b", ":", "Care", "Care: Brno", "Care:", ": Brno", "Care: Brno: Lyon", "Équipe|Équipe"),
    *(
        "=1+1",
        "'=1",
        "''",
        "'",
        "@",
        "+",
        "-",
        "\t",
        "\ta",
        " ",
        "\N{NO-BREAK SPACE}",
        "a\nb",
        "a\r\nb",
        "\x01",
        "\x7f",
    ),
    *(
        "x" * 81,
        "x" * 256,
        "ﬁ" * 80,
        "İ" * 80,
        "é",
        "e\N{COMBINING ACUTE ACCENT}",
        "\N{RIGHT-TO-LEFT OVERRIDE}a",
        "\ufeff",
    ),
    *("\N{GRINNING FACE}", "%s %(name)s", "{0}", "<b>", "null", "\\N", "\\", '"', ",", ";", "UTC", "new@example.com"),
)

_SIZES = st.sampled_from([2, 7, 1000])  # of chunks


def cells(slug: str, title: str) -> st.SearchStrategy[str]:
    """Values that fit the column, names of what there is, and anything at all."""
    known = sorted({row[title] for row in (*ROWS[slug], FULL[slug]) if row.get(title)})
    fitting = [st.sampled_from(known)] if known else []
    return st.one_of(*fitting, *fitting, st.sampled_from(_ODD), st.just(""), st.text(max_size=12).filter(_is_storable))


def _is_storable(text: str) -> bool:
    return "\0" not in text and text.isprintable()


def tables(slug: str) -> st.SearchStrategy[list[Row]]:
    """Some rows as they are, in which a few cells hold something else."""
    odd = st.fixed_dictionaries({}, optional={title: cells(slug, title) for title in COLUMNS[slug]})
    bases = st.sampled_from([*ROWS[slug], FULL[slug], {}])
    return st.lists(st.tuples(bases, odd).map(lambda pair: {**pair[0], **pair[1]}), min_size=1, max_size=12)


def told(operation: Operation) -> list[tuple[Any, ...]]:
    rows = operation.rows.order_by("position")
    return [(operation.failure,), *rows.values_list("outcome", "changes", "errors", "notes")]


@pytest.mark.parametrize("slug", TABLES)
def test_anything_is_applied_or_refused(slug: str) -> None:
    @settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(rows=tables(slug))
    def holds(rows: list[Row]) -> None:
        with transaction.atomic():
            before, content = dump(), whole_table(slug, rows)
            preview, operation = previewed(slug, content), imported(slug, content)
            assert told(preview) == told(operation)
            if operation.status != "failed":  # as it does where all rows are blank
                assert sum(counts(operation)) == operation.total
                assert all(refusals(operation).values())
                assert len(refusals(operation)) == operation.failed
                again = imported(slug, exported(slug))
                assert counts(again) == (0, 0, again.total, 0), refusals(again)
            if Operation.objects.get(pk=operation.pk).undoable:
                assert_good(undone(operation))
            assert differences(before, dump()) == {}
            transaction.set_rollback(True)

    holds()


@pytest.mark.slow
def test_anything_of_every_kind_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever chunks begin."""

    @settings(max_examples=4, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(rows=st.fixed_dictionaries({slug: tables(slug) for slug in TABLES}), sizes=st.tuples(_SIZES, _SIZES))
    def holds(rows: dict[str, list[Row]], sizes: tuple[int, int]) -> None:
        monkeypatch.setattr(importing, "CHUNK", sizes[0])
        monkeypatch.setattr(undoing, "CHUNK", sizes[1])
        given_rows = {slug: [*CHANGED_ROWS.get(slug, ()), *rows[slug]] for slug in TABLES}
        content = bundle(given_rows, SOUNDS)
        with transaction.atomic():
            before = dump()
            preview, operation = previewed("bundle", content), imported("bundle", content)
            assert told(preview) == told(operation)
            for slug in TABLES:
                again = imported(slug, exported(slug))
                assert counts(again) == (0, 0, again.total, 0), refusals(again)
            assert_good(undone(operation))
            assert differences(before, dump()) == {}
            transaction.set_rollback(True)

    holds()
