"""Numbers that people of the new site call, and those that their calls show."""

from typing import Final

from contactcenter.demo.newsite.places import PROJECTS
from contactcenter.demo.newsite.words import BRANCHES, SERVICES, Row

ENTRIES: Final = 200  # of each address book
_KINDS: Final = (
    "Couriers",
    "Workshops",
    "Town halls",
    "Electricians",
    "Plumbers",
    "Insurers",
    "Travel agents",
    "Shops",
    "Suppliers",
    "Banks",
)
_TOWNS: Final = (
    "Blansko",
    "Břeclav",
    "Hodonín",
    "Jihlava",
    "Kuřim",
    "Kyjov",
    "Mikulov",
    "Olomouc",
    "Ostrava",
    "Prostějov",
    "Rosice",
    "Slavkov",
    "Šlapanice",
    "Tišnov",
    "Třebíč",
    "Uherské Hradiště",
    "Vyškov",
    "Zlín",
    "Znojmo",
    "Židlochovice",
)


def address_books() -> list[Row]:
    """Two books of each kind: one for everybody, one for a branch."""
    rows: list[Row] = []
    for number, kind in enumerate(_KINDS):
        for place, site in enumerate(("", BRANCHES[number % len(BRANCHES)])):
            book = f"{kind} {site or 'Morava'}"
            rows.append({"Name": book, "Description": f"{kind}, by town.", "Parent Site": site})
            rows += [_entry(book, 2 * number + place, entry) for entry in range(ENTRIES)]
    return rows + [{"Name": f"{name} contacts"} for name in PROJECTS]


def _entry(book: str, place: int, entry: int) -> Row:
    number, town = divmod(entry, len(_TOWNS))
    return {
        "Name": book,
        "Entry Name": f"{_TOWNS[town]} - {number + 1}",
        "Phone Number": f"+420 53{place // 10} {place % 10}{entry:03d} {10 * number + town % 10:02d}",
    }


def outdial_anis() -> list[Row]:
    rows: list[Row] = []
    for number, service in enumerate(SERVICES):
        name = f"Brno {service}"
        rows.append({"Name": name, "Description": f"Shown when {service.lower()} calls."})
        rows += [
            {"Name": name, "Entry Name": entry, "Entry Number": shown}
            for entry, shown in (
                ("Brno", f"+420 530 53{number:02d} 00"),
                ("Slatina", f"+420 530 53{number:02d} 01"),
                ("Líšeň", f"+420 530 53{number:02d} 02"),
                ("Free of charge", f"+420 800 53{number:02d} 00"),
                ("Network address", f"sip:{service.lower().replace(' ', '-')}@brno.demo.test"),
            )
        ]
    return rows + [{"Name": name} for name in PROJECTS]
