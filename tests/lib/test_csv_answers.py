"""Tables that are written while they are read."""

import csv
import io
from collections.abc import Iterator

from contactcenter.lib import csv_answers
from contactcenter.lib.csv_answers import csv_answer


def test_cells_are_written_as_they_are_but_harmless() -> None:
    answer = csv_answer("times.csv", ["Name", "Seconds"], [["Mala, Jana", 5], ['=cmd|"', 0], ["", -1]])
    assert answer["Content-Disposition"] == 'attachment; filename="times.csv"'
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(answer.getvalue().decode(), newline="")))
    assert rows == [["Name", "Seconds"], ["Mala, Jana", "5"], ["'=cmd|\"", "0"], ["", "-1"]]


def test_rows_are_read_while_they_are_sent() -> None:
    read = 0

    def rows() -> Iterator[list[int]]:
        nonlocal read
        for number in range(10 * csv_answers.ROWS_AT_ONCE):
            read += 1
            yield [number]

    sent = iter(csv_answer("many.csv", ["Number"], rows()))
    assert read == 0
    next(sent)
    assert read < 2 * csv_answers.ROWS_AT_ONCE
