"""The sample of a new site: files that can be imported as they are, and mistakes where it says they are."""

import csv
import io
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command

from bulkops import running
from bulkops.models import Operation, Outcome
from bulkops.services import start_import
from contactcenter.demo.newsite import MISTAKES, Planted, tables, write_bundle
from contactcenter.directory.catalog import OBJECT_TYPES, ObjectType
from contactcenter.lib.actors import SYSTEM
from contactcenter.lib.text import name_key
from contactcenter.lib.wav import read_wav

CSV_TYPES = [one for one in OBJECT_TYPES if one.slug != "audio-file"]
MANY = 25

Bundle = tuple[bytes, list[Planted]]


def written(errors: int = 0) -> Bundle:
    stream = io.BytesIO()
    planted = write_bundle(stream, errors)
    return stream.getvalue(), planted


@pytest.fixture(scope="module")
def plain() -> Bundle:
    return written()


@pytest.fixture(scope="module")
def wrong() -> Bundle:
    return written(MANY)


@pytest.fixture(scope="module")
def all_wrong() -> Bundle:
    return written(len(MISTAKES))


def cells(bundle: Bundle, object_type: ObjectType) -> list[list[str]]:
    with ZipFile(io.BytesIO(bundle[0])) as archive, archive.open(f"{object_type.slug}.csv") as member:
        return list(csv.reader(io.TextIOWrapper(member, encoding="utf-8", newline="")))


def sounds(bundle: Bundle) -> dict[str, bytes]:
    with ZipFile(io.BytesIO(bundle[0])) as archive, ZipFile(archive.open("audio-file.zip")) as inner:
        return {name: inner.read(name) for name in inner.namelist()}


def test_one_file_for_each_kind_of_object(plain: Bundle) -> None:
    with ZipFile(io.BytesIO(plain[0])) as archive:
        names = archive.namelist()
    assert names == [f"{one.slug}.{'zip' if one.slug == 'audio-file' else 'csv'}" for one in OBJECT_TYPES]


@pytest.mark.parametrize("object_type", CSV_TYPES, ids=lambda one: one.slug)
def test_files_have_the_columns_of_the_catalog(plain: Bundle, object_type: ObjectType) -> None:
    header, *rows = cells(plain, object_type)
    assert header == object_type.titles
    assert 5 <= len(rows) <= 5000
    assert all(len(row) == len(header) for row in rows)
    filled = {title for row in rows for title, cell in zip(header, row, strict=True) if cell}
    assert set(header) - filled <= {"Description", "Delete"}  # every other column is shown in use


def test_as_many_rows_as_promised(plain: Bundle) -> None:
    rows = {one.slug: len(cells(plain, one)) - 1 for one in CSV_TYPES}
    assert rows["user"] == 5000
    assert rows["entry-point-mapping"] == 1500
    assert 4000 <= rows["address-book"] <= 5000
    assert 11_500 <= sum(rows.values()) + len(sounds(plain)) <= 12_500
    assert rows == {slug: len(found) for slug, found in tables().items() if slug != "audio-file"}


def test_sounds_can_be_played(plain: Bundle) -> None:
    found = sounds(plain)
    assert len(found) == 40
    assert len(set(found.values())) == 40
    encodings = {read_wav(io.BytesIO(sound), name, len(sound)).encoding for name, sound in found.items()}
    assert len(encodings) == 3
    assert max(map(len, found.values())) < 20_000


def test_the_same_file_each_time(plain: Bundle, wrong: Bundle) -> None:
    assert written() == plain
    assert written(MANY) == wrong


@pytest.mark.parametrize("count", [0, 1, MANY, len(MISTAKES)])
def test_as_many_rows_are_wrong_as_asked_for(count: int) -> None:
    planted = written(count)[1]
    assert len(planted) == count
    assert len({(one.file, one.row) for one in planted}) == count
    assert len({(one.file, one.column, one.about) for one in planted}) == count


def test_some_mistakes_are_spread_over_all_files(wrong: Bundle) -> None:
    assert len({one.file for one in wrong[1]}) == len(OBJECT_TYPES)


def test_nothing_else_is_changed(plain: Bundle, all_wrong: Bundle) -> None:
    for one in CSV_TYPES:
        before, after = cells(plain, one), cells(all_wrong, one)
        changed = {number for number, rows in enumerate(zip(before, after, strict=True), start=1) if rows[0] != rows[1]}
        assert changed == {planted.row for planted in all_wrong[1] if planted.file == f"{one.slug}.csv"}
    assert (
        sum(name not in sounds(plain) or sounds(plain)[name] != sound for name, sound in sounds(all_wrong).items()) == 3
    )


# --- Imported ----------------------------------------------------------------------------------------------------


def imported(bundle: Bundle, *, dry_run: bool = False) -> Operation:
    operation = start_import("bundle", ContentFile(bundle[0]), "brno.zip", dry_run=dry_run, actor=SYSTEM)
    running.run(operation.pk)
    operation.refresh_from_db()
    return operation


@pytest.fixture
def company(db: None, request: Any, settings: Any, tmp_path: Path) -> None:
    """An empty installation, or the demo company."""
    settings.MEDIA_ROOT = tmp_path
    if request.param == "demo":
        call_command("demo", agents=40, verbosity=0, stdout=io.StringIO())


@pytest.mark.usefixtures("company")
@pytest.mark.parametrize("company", ["empty", "demo"], indirect=True)
def test_can_be_imported(plain: Bundle) -> None:
    operation = imported(plain, dry_run=True)
    assert (operation.status, operation.failed) == ("completed", 0)
    assert operation.created == operation.total == sum(map(len, tables().values()))  # so no name is taken


@pytest.mark.usefixtures("company")
@pytest.mark.parametrize("company", ["empty", "demo"], indirect=True)
def test_just_the_planted_rows_are_refused(all_wrong: Bundle) -> None:
    operation = imported(all_wrong)
    refused = operation.rows.filter(outcome=Outcome.FAILED).select_related("file")
    found = {(row.file.name, row.number): {error["column"] for error in row.errors or ()} for row in refused}
    assert set(found) == {(one.file, one.row) for one in all_wrong[1]}
    for one in all_wrong[1]:  # a row as a whole may be wrong, where the key is what one looks at
        assert found[one.file, one.row] <= {one.column, ""}, one


# --- The command -------------------------------------------------------------------------------------------------


def command(*arguments: str) -> str:
    out = io.StringIO()
    call_command("sample_bundle", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_tells_where_mistakes_are(tmp_path: Path, wrong: Bundle) -> None:
    path = tmp_path / "brno.zip"
    first, *lines = command(str(path), f"--errors={MANY}").splitlines()
    assert path.read_bytes() == wrong[0]
    assert f"{sum(map(len, tables().values()))} rows" in first
    assert len(lines) == MANY
    for line, one in zip(lines, wrong[1], strict=True):
        assert line.split("  ")[1] == f"{one.file}, row {one.row}"
        assert one.column in line
        assert line.endswith(one.about)


def test_the_command_plants_nothing_unless_asked(tmp_path: Path, plain: Bundle) -> None:
    assert len(command(str(tmp_path / "brno.zip")).splitlines()) == 1
    assert (tmp_path / "brno.zip").read_bytes() == plain[0]


def test_the_command_overwrites_nothing(tmp_path: Path) -> None:
    path = tmp_path / "brno.zip"
    path.write_bytes(b"mine")
    with pytest.raises(CommandError, match="cannot be written"):
        command(str(path))
    assert path.read_bytes() == b"mine"


@pytest.mark.parametrize("errors", [-1, len(MISTAKES) + 1])
def test_number_of_mistakes(tmp_path: Path, errors: int) -> None:
    with pytest.raises(CommandError, match="--errors"):
        command(str(tmp_path / "brno.zip"), f"--errors={errors}")
    assert not list(tmp_path.iterdir())


def test_keys_stand_together() -> None:
    """Rows of one object follow one another, and no object comes twice."""
    for one in OBJECT_TYPES:
        titles = [column.title for name in one.key if (column := one.column(name))]
        keys = [tuple(name_key(row[title]) for title in titles) for row in tables()[one.slug]]
        starts = [key for key, before in zip(keys, [None, *keys], strict=False) if key != before]
        assert len(starts) == len(set(starts)), one.slug
