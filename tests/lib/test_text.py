"""Names as people compare them, and numbers as addresses give them."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from contactcenter.lib.text import name_key, row_number


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Care", "care"),
        ("  Care \t", "care"),
        ("", ""),
        ("   ", ""),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("OBĚD", "oběd"),
        ("Obe\N{COMBINING CARON}d", "oběd"),
        ("ΣΊΣΥΦΟΣ", "σίσυφοσ"),
        ("ﬃ", "ffi"),
        ("İ", "i\N{COMBINING DOT ABOVE}"),
        ("two  words", "two  words"),  # spaces inside count
    ],
)
def test_keys(name: str, key: str) -> None:
    assert name_key(name) == key


@given(st.text())
@example("\N{LATIN SMALL LETTER J WITH CARON}")
@example("\N{GREEK SMALL LETTER ALPHA WITH PSILI AND YPOGEGRAMMENI}")
@example("\N{COMBINING GREEK YPOGEGRAMMENI}\N{COMBINING ACUTE ACCENT}")
def test_a_key_is_its_own_key(name: str) -> None:
    key = name_key(name)
    assert name_key(key) == key
    assert unicodedata.is_normalized("NFC", key)


@given(st.text(st.characters(categories=["L", "N", "Zs"])))
def test_composition_does_not_matter(name: str) -> None:
    assert name_key(unicodedata.normalize("NFD", name)) == name_key(unicodedata.normalize("NFC", name))


@given(st.text(max_size=254))
def test_a_key_fits_its_column(name: str) -> None:
    assert len(name_key(name)) <= 254 * 3


@pytest.mark.parametrize(
    ("text", "number"), [("0", 0), ("17", 17), ("007", 7), ("9" * 18, 10**18 - 1), ("1" + "0" * 17, 10**17)]
)
def test_numbers_of_rows(text: str, number: int) -> None:
    assert row_number(text) == number


@pytest.mark.parametrize("text", ["", "-1", "+1", " 1", "1.0", "1e3", "0x1", "١٢", "²", "a", "1\0", "9" * 19])
def test_what_numbers_no_row(text: str) -> None:
    assert row_number(text) is None
