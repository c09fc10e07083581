"""Numbers that the demo company's agents call, and those that their calls show."""

from collections.abc import Sequence
from typing import Final

from contactcenter.directory.models import AddressBook, AddressBookEntry, OutdialAni, OutdialAniEntry, Site
from contactcenter.directory.services import save_object

# name, description, site, entries
_BOOKS: Final = (
    (
        "Company numbers",
        "Colleagues whom everybody may call.",
        None,
        (
            ("Reception", "+420 225 550 101"),
            ("IT help desk", "5500"),
            ("Payroll", "5510"),
            ("Facilities", "5520"),
            ("Duty manager", "+420 601 555 010"),
        ),
    ),
    (
        "Repairs Praha",
        "Workshops and couriers around Praha.",
        "Praha",
        (
            ("Workshop Letná", "+420 225 550 131"),
            ("Workshop Smíchov", "+420 225 550 132"),
            ("Courier - collection", "+420 800 555 133"),
            ("Courier - returns", "+420 800 555 134"),
        ),
    ),
    (
        "Partenaires Lyon",
        "Ateliers et transporteurs de la région.",
        "Lyon",
        (
            ("Atelier Bellecour", "+33 4 55 50 01 31"),
            ("Atelier Part-Dieu", "+33 4 55 50 01 32"),
            ("Transporteur", "+33 4 55 50 01 33"),
        ),
    ),
)
# name, description, entries
_ANIS: Final = (
    (
        "Care numbers",
        "Customers may call these back.",
        (
            ("Praha", "+420 225 550 100"),
            ("Lyon", "+33 4 55 50 01 00"),
            ("Sevilla", "+34 955 550 100"),
            ("Network address", "sip:care@voice.demo.test"),
        ),
    ),
    (
        "Sales numbers",
        "Shown when contracts are renewed.",
        (("Sales", "+420 225 550 120"), ("Orders", "+420 800 555 121")),
    ),
    ("Survey numbers", "Not answered: a recording tells who called.", (("Surveys", "+420 225 550 180"),)),
)


def create_address_books(sites: Sequence[Site]) -> dict[str, AddressBook]:
    of_name = {site.name: site for site in sites}
    books = {}
    for name, described, site, entries in _BOOKS:
        book = AddressBook(name=name, description=described, parent_site=of_name[site] if site else None)
        rows = [AddressBookEntry(entry_name=entry, phone_number=number) for entry, number in entries]
        books[name] = save_object(book, links={"entries": rows})
    return books


def create_outdial_anis() -> dict[str, OutdialAni]:
    anis = {}
    for name, described, entries in _ANIS:
        rows = [OutdialAniEntry(entry_name=entry, entry_number=number) for entry, number in entries]
        anis[name] = save_object(OutdialAni(name=name, description=described), links={"entries": rows})
    return anis
