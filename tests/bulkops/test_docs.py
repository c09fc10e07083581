"""The reference of columns is that of the code, and what the guide says can be followed."""

import io
import re
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from bulkops.files import limits
from bulkops.reference import write_reference
from contactcenter.directory.catalog import OBJECT_TYPES
from tests.bulkops.columns import COLUMNS, titles

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = ROOT / "docs" / "bulk"
GUIDES = [PAGES / "README.md", PAGES / "first-migration.md"]


def test_pages_are_up_to_date() -> None:
    out = io.StringIO()
    call_command("bulk", "docs", "--check", str(PAGES), stdout=out)
    assert out.getvalue() == "0 pages are stale.\n"


def test_stale_pages_are_named_and_written(tmp_path: Path) -> None:
    write_reference(tmp_path)
    (tmp_path / "team.md").write_text("old", encoding="utf-8")
    (tmp_path / "site.md").unlink()
    with pytest.raises(CommandError, match=r"Stale: site\.md, team\.md\."):
        call_command("bulk", "docs", "--check", str(tmp_path))
    assert not (tmp_path / "site.md").exists()
    call_command("bulk", "docs", str(tmp_path), stdout=io.StringIO())
    assert write_reference(tmp_path, check=True) == []


@pytest.mark.parametrize("slug", [slug for slug in COLUMNS if slug != "audio-file"])
def test_every_column_has_a_row_in_its_place(slug: str) -> None:
    text = (PAGES / f"{slug}.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| (\d+) \| ([^|]+) \|", text, re.MULTILINE) == [
        (str(number), title) for number, title in enumerate(titles(slug), start=1)
    ]


def links(path: Path) -> list[str]:
    return re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", sorted(PAGES.glob("*.md")), ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    for link in links(path):
        assert (path.parent / link).exists(), link


def test_guide_leads_to_every_page() -> None:
    found = set(links(PAGES / "README.md"))
    assert {f"{object_type.slug}.md" for object_type in OBJECT_TYPES} <= found
    assert "first-migration.md" in found


def test_guide_is_found() -> None:
    for page in ("README.md", "docs/api.md"):
        assert "bulk/README.md" in (ROOT / page).read_text(encoding="utf-8"), page


def test_guide_names_the_limits() -> None:
    text = (PAGES / "README.md").read_text(encoding="utf-8")
    for limit in (
        f"{limits.MAX_ROWS:,} rows",
        f"{limits.MAX_CSV_BYTES // limits.MEGABYTE} MB",
        f"{limits.MAX_UNPACKED // limits.MEGABYTE} MB",
        f"{limits.MAX_MEMBERS:,} files",
        f"{limits.MAX_CELL:,} characters",
    ):
        assert limit in text, limit


def test_first_migration_goes_in_an_order_that_works() -> None:
    """Whatever an object refers to comes before it."""
    text = (PAGES / "first-migration.md").read_text(encoding="utf-8")
    steps = re.findall(r"^\| \d+ \| \[[^\]]+\]\(([a-z-]+)\.md\)", text, re.MULTILINE)
    assert sorted(steps) == sorted(object_type.slug for object_type in OBJECT_TYPES)
    for object_type in OBJECT_TYPES:
        for column in object_type.references():
            assert column.refers_to is not None
            assert steps.index(column.refers_to.slug) < steps.index(object_type.slug), column.title
