"""Reading a CSV file row by row, and finding its columns."""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bulkops.files.decoding import examine, open_lines
from bulkops.files.errors import FileRefused
from bulkops.files.limits import MAX_CELL, MAX_COLUMNS, MAX_ROWS
from bulkops.files.wording import quoted

# Too long a cell is a matter of its row, unless it is so long that it must be the rest of the file, after a quote
# that was never closed. The module has one limit for everybody; its own is lower.
csv.field_size_limit(1_000_000)

ERROR_COLUMN = "Error Message"  # in files of refused rows, which come back corrected
_DELIMITERS = ",;\t"  # the first wins where a header has none
_QUOTED = re.compile(r'"[^"]*"?')
_LINE_END = re.compile(r"[\r\n]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")


class Row(NamedTuple):
    number: int  # as a spreadsheet shows it: the header is 1
    cells: list[str]  # as many as the header has
    problem: str  # why the row cannot be used; else empty
    surplus: tuple[str, ...] = ()  # what stands beyond the header


@dataclass(frozen=True)
class Heading:
    title: str
    is_mandatory: bool
    aliases: tuple[str, ...] = ()


@dataclass
class Table:
    name: str
    encoding: str
    delimiter: str
    header: list[str]
    rows: Iterator[Row]


def read_table(stream: BinaryIO, name: str) -> Table:
    """Read the header now and the rows while they are asked for; keep the stream open until then."""
    text = examine(stream, name)
    delimiter = _delimiter(text.head)
    records = _records(open_lines(stream, text), delimiter, name)
    header = _header(next(records), name)
    return Table(name, text.encoding, delimiter, header, _rows(records, name, header, delimiter, text.has_nul))


def _delimiter(head: str) -> str:
    header = _LINE_END.split(_QUOTED.sub("", head), maxsplit=1)[0]
    return max(_DELIMITERS, key=header.count)


def _records(lines: Iterable[str], delimiter: str, name: str) -> Iterator[list[str]]:
    number = 1
    try:
        for cells in csv.reader(lines, delimiter=delimiter, strict=True):
            yield cells
            number += 1
    except csv.Error as error:
        raise FileRefused(
            _(
                "Row %(row)d of “%(name)s” cannot be read: a quote in it is never closed, a quote within a quoted cell "
                "is not doubled, or a cell is far too long."
            )
            % {"row": number, "name": name},
            code="bad_quotes",
            row=number,
        ) from error


def _header(cells: list[str], name: str) -> list[str]:
    if not any(cell.strip() for cell in cells):
        raise FileRefused(_("Row 1 of “%(name)s” is blank: put the header there.") % {"name": name}, code="no_header")
    if any(len(cell) > MAX_CELL or _CONTROL.search(cell) for cell in cells):
        raise FileRefused(_("“%(name)s” is not a CSV file.") % {"name": name}, code="not_csv")
    if len(cells) > MAX_COLUMNS:
        raise FileRefused(
            _("“%(name)s” has %(count)d columns, but at most %(most)d are possible.")
            % {"name": name, "count": len(cells), "most": MAX_COLUMNS},
            code="too_many_columns",
        )
    return cells


def _rows(records: Iterator[list[str]], name: str, header: list[str], delimiter: str, has_nul: bool) -> Iterator[Row]:
    width = len(header)
    needs_look = has_nul or not header[-1].strip()
    found = 0
    for number, cells in enumerate(records, start=2):
        if _is_blank(cells):
            continue
        found += 1
        if found > MAX_ROWS:
            raise _too_many(name, found + sum(not _is_blank(more) for more in records))
        if needs_look or len(cells) != width or max(map(len, cells)) > MAX_CELL:
            yield _examined(number, cells, header, delimiter)
        else:
            yield Row(number, cells, "")


def _is_blank(cells: list[str]) -> bool:
    return not (cells and cells[0].strip()) and not "".join(cells).strip()


def _too_many(name: str, count: int) -> FileRefused:
    message = ngettext(
        "“%(name)s” has %(count)d row, but a CSV file may have at most %(most)d. Split it, and zip the parts.",
        "“%(name)s” has %(count)d rows, but a CSV file may have at most %(most)d. Split it, and zip the parts.",
        count,
    )
    return FileRefused(message % {"name": name, "count": count, "most": MAX_ROWS}, code="too_many_rows", rows=count)


def _examined(number: int, cells: list[str], header: list[str], delimiter: str) -> Row:
    problems = []
    titled = _titled_width(header)
    if len(cells) < titled or any(cell.strip() for cell in cells[titled:]):
        problems.append(_ragged(len(cells), titled, delimiter))
    columns = list(zip(header, cells, strict=False))
    if nul := [title for title, cell in columns if "\0" in cell]:
        problems.append(_("%(columns)s: take the NUL character out.") % {"columns": quoted(nul)})
    if long := [title for title, cell in columns if len(cell) > MAX_CELL]:
        sentence = _("%(columns)s: a cell may have at most %(most)d characters. Shorten it.")
        problems.append(sentence % {"columns": quoted(long), "most": MAX_CELL})
    padding = [""] * (len(header) - len(cells))
    surplus = tuple(cells[len(header) :])
    lost = surplus if any(map(str.strip, surplus)) else ()
    return Row(number, cells[: len(header)] + padding, " ".join(problems), lost)


def _titled_width(header: list[str]) -> int:
    """Spreadsheets write empty columns at the right; nothing is lost where their cells are empty or missing."""
    return max(place for place, title in enumerate(header, start=1) if title.strip())


def _ragged(count: int, expected: int, delimiter: str) -> str:
    if count < expected:
        message = ngettext(
            "The row has %(count)d cell, but the header has %(expected)d. Add the others, be they empty.",
            "The row has %(count)d cells, but the header has %(expected)d. Add the others, be they empty.",
            count,
        )
    else:
        message = ngettext(
            "The row has %(count)d cell, but the header has %(expected)d. Put cells with “%(delimiter)s” in quotes.",
            "The row has %(count)d cells, but the header has %(expected)d. Put cells with “%(delimiter)s” in quotes.",
            count,
        )
    shown = _("tab") if delimiter == "\t" else delimiter
    return message % {"count": count, "expected": expected, "delimiter": shown}


def match_header(name: str, header: Sequence[str], headings: Sequence[Heading]) -> list[int | None]:
    """Give each column the place of its heading, or ``None`` where the column is to be ignored."""
    places = {_key(title): place for place, known in enumerate(headings) for title in (known.title, *known.aliases)}
    keys = [_key(cell) for cell in header]
    matches = [places.get(key) for key in keys]
    if wrong := _header_problems(header, keys, matches, headings):
        sentence = _("Correct the header of “%(name)s”.") % {"name": name}
        raise FileRefused(" ".join([sentence, *wrong]), code="bad_header")
    return matches


def _key(title: str) -> str:
    return "".join(title.split()).casefold()


def _header_problems(
    header: Sequence[str], keys: list[str], matches: list[int | None], headings: Sequence[Heading]
) -> list[str]:
    last = max((place for place, key in enumerate(keys) if key), default=0)
    untitled = [str(place + 1) for place, key in enumerate(keys[:last]) if not key]
    ignored = {"", _key(ERROR_COLUMN)}
    columns = list(zip(header, keys, matches, strict=True))
    unknown = dict.fromkeys(title for title, key, match in columns if match is None and key not in ignored)
    times = Counter(matches)
    repeated = dict.fromkeys(title for title, _unused, match in columns if match is not None and times[match] > 1)
    missing = [known.title for place, known in enumerate(headings) if known.is_mandatory and place not in times]
    problems = [
        (untitled, _("Columns without a title: %(columns)s."), ", ".join(untitled)),
        (unknown, _("Unknown columns: %(columns)s."), quoted(unknown)),
        (repeated, _("Repeated columns: %(columns)s."), quoted(repeated)),
        (missing, _("Missing columns: %(columns)s."), quoted(missing)),
    ]
    return [sentence % {"columns": columns} for found, sentence, columns in problems if found]
