"""Planting mistakes in rows that no other row needs, so that just these rows are refused."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from contactcenter.demo.newsite.mistakes import MISTAKES, Mistake
from contactcenter.demo.newsite.words import Row
from contactcenter.directory.catalog import OBJECT_TYPES
from contactcenter.lib.text import name_key

Tables = Mapping[str, list[Row]]  # by object type

_STRIDE = 7919  # a prime, so that mistakes do not stand side by side
_ORDER = [one.slug for one in OBJECT_TYPES]
_KEYS = {
    one.slug: [column.title for name in one.key if (column := one.column(name)) is not None] for one in OBJECT_TYPES
}


class Planted(NamedTuple):
    """``row`` as a spreadsheet counts, where the header is 1; among sounds the place in the order of their names."""

    file: str
    row: int
    column: str
    about: str


def file_name(slug: str) -> str:
    return f"{slug}.zip" if slug == "audio-file" else f"{slug}.csv"


def plant(tables: Tables, count: int) -> list[Planted]:
    """Spoil that many rows, and tell where they are, in the order of the files."""
    needed = _needed(tables)
    spoilt: dict[tuple[str, int], Mistake] = {}
    for number, mistake in enumerate(MISTAKES[:count], start=1):
        slug, rows = mistake.slug, tables[mistake.slug]
        places = [place for place in _places(mistake, rows, needed[slug]) if (slug, place) not in spoilt]
        place = places[number * _STRIDE % len(places)]
        rows[place] = mistake.spoil(rows[place], rows[0])
        spoilt[slug, place] = mistake
    found = sorted(spoilt.items(), key=lambda one: (_ORDER.index(one[0][0]), one[0][1]))
    return [_planted(mistake, tables[slug], place) for (slug, place), mistake in found]


def _needed(tables: Tables) -> dict[str, set[str]]:
    """Return the keys of all names that any row refers to, by object type."""
    needed: dict[str, set[str]] = {slug: set() for slug in _ORDER}
    for one in OBJECT_TYPES:
        for column in one.references():
            cells = {row.get(column.title, "") for row in tables[one.slug]}
            if column.refers_to is not None:  # a team may stand there with its site
                names = {name_key(name.split(":")[0]) for cell in cells for name in cell.split("|")}
                needed[column.refers_to.slug] |= names
    return needed


def _places(mistake: Mistake, rows: Sequence[Row], needed: set[str]) -> Iterator[int]:
    """Yield where the mistake may be planted. The first row stays: others repeat it."""
    keys = _KEYS[mistake.slug]
    for _key, group in groupby(range(len(rows)), key=lambda place: [rows[place][title] for title in keys]):
        places = list(group)
        if mistake.is_child:
            if len(places) > 2:
                yield places[-1]
        elif len(places) == 1 and places[0] and _is_spare(rows[places[0]], keys[0], needed, mistake.where):
            yield places[0]


def _is_spare(row: Row, key: str, needed: set[str], where: Mapping[str, str]) -> bool:
    return name_key(row[key]) not in needed and all(row.get(title, "") == cell for title, cell in where.items())


def _planted(mistake: Mistake, rows: Sequence[Row], place: int) -> Planted:
    row = place + 2
    if mistake.slug == "audio-file":
        names = sorted((row["Name"] for row in rows), key=str.casefold)
        row = names.index(rows[place]["Name"]) + 1
    return Planted(file_name(mistake.slug), row, mistake.column, mistake.about)
