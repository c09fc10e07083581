"""Tables to be stored, of any length: written while they are read."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

from contactcenter.lib.formulas import neutralise

ROWS_AT_ONCE = 500

Cells = Sequence[str | int]


def csv_answer(name: str, header: Sequence[str], rows: Iterable[Cells]) -> StreamingHttpResponse:
    """Answer with a CSV file that no spreadsheet runs anything of. The rows are asked for after the view is done."""
    answer = StreamingHttpResponse(_written(chain([header], rows)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    answer["Cache-Control"] = "no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _written(rows: Iterable[Cells]) -> Iterator[bytes]:
    rows = iter(rows)
    while batch := list(islice(rows, ROWS_AT_ONCE)):
        text = io.StringIO(newline="")
        harmless = ([neutralise(cell) if isinstance(cell, str) else cell for cell in cells] for cells in batch)
        csv.writer(text, lineterminator="\r\n").writerows(harmless)
        yield text.getvalue().encode()
