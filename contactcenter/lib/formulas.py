"""Cells that a spreadsheet would run as a formula."""

import re

# A sign is harmless before what looks like a number or a phone number. Every quantifier that could give back
# characters in vain is possessive: cells are long, and people choose what is in them.
_RUNS = re.compile(r"'*+(?:[=@\t\r]|[+-](?!(?=[^0-9]*+[0-9])[0-9 ().\-/,]*+\Z))")


def neutralise(cell: str) -> str:
    """Put an apostrophe before it, also where there is one already, so that ``restore`` can tell the two apart."""
    return f"'{cell}" if _RUNS.match(cell) else cell


def restore(cell: str) -> str:
    """Undo ``neutralise`` exactly; an apostrophe before anything else is part of the text."""
    return cell[1:] if cell.startswith("'") and _RUNS.match(cell) else cell
