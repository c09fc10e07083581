"""Mistakes that people make in files, each with the row it may be planted in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from contactcenter.demo.newsite.people import modules
from contactcenter.demo.newsite.routing import SOUND
from contactcenter.demo.newsite.words import OFF, ON, SITE, Row

TEXT, CUT = "text", "cut"  # what stands in the place of a sound


@dataclass(frozen=True)
class Mistake:
    """``cells`` are written over a row in which the cells of ``where`` stand, and which no other row needs."""

    slug: str
    column: str  # empty where no single cell is wrong
    about: str
    cells: Mapping[str, str] = field(default_factory=dict)
    where: Mapping[str, str] = field(default_factory=dict)
    is_child: bool = False  # the row is the last of a parent that has several children

    def spoil(self, row: Row, first: Row) -> Row:
        return {**row, **self.cells}


@dataclass(frozen=True)
class Again(Mistake):
    """Repeats cells of the file's first row, spelt a little differently."""

    titles: tuple[str, ...] = ()
    spelt: Callable[[str], str] = str

    def spoil(self, row: Row, first: Row) -> Row:
        return {**row, **{title: self.spelt(first[title]) for title in self.titles}}


def _wrong(slug: str, column: str, value: str, about: str, *, where: Row | None = None, **others: str) -> Mistake:
    """``others`` are cells that make the value wrong; an underscore stands for a space in their titles."""
    cells = {title.replace("_", " "): cell for title, cell in others.items()}
    return Mistake(slug, column, about, {**cells, column: value}, where or {})


def _orphan(slug: str, name: str, about: str) -> Mistake:
    return Mistake(slug, "Name", about, {"Name": name}, is_child=True)


def _again(slug: str, titles: tuple[str, ...], about: str, spelt: Callable[[str], str]) -> Again:
    return Again(slug, titles[0], about, titles=titles, spelt=spelt)


_AGENT: Final = {"Contact Center Enabled": ON, "User Profile": "Brno agent", "Site": SITE}
_OFFICE: Final = {"Contact Center Enabled": OFF}
_PARTNER: Final = {"Type": "CAPACITY"}
_CALLS: Final = {"Channel Type": "TELEPHONY"}
_MAIL: Final = {"Channel Type": "EMAIL"}
_SPECIFIC_MODULES: Final = {"Module Access": "SPECIFIC", **modules("VIEW", "VIEW")}

# In an order in which also the first few are spread over all files
MISTAKES: Final[tuple[Mistake, ...]] = (
    _wrong("user", "Teams", "Brno night watch", "a team that does not exist", where=_AGENT),
    _wrong("team", "DN", "", "a capacity team without a number", where=_PARTNER),
    _wrong("queue", "Service Level Threshold", "90", "longer than contacts may wait", Max_Time_In_Queue="60"),
    _wrong("entry-point-mapping", "Dialed Number", "+420530CALL", "letters in a number"),
    _orphan("address-book", "Brno lost book", "an entry of a book that does not exist"),
    _wrong("skill-definition", "List Values For Enum", "", "a list without values", Type="ENUM"),
    _orphan("skill-profile", "Brno lost profile", "a skill of a profile that does not exist"),
    _wrong("multimedia-profile", "Voice", "2", "more than one call at once", Type="BLENDED"),
    _wrong("site", "Multimedia Profile", "", "blank, and always needed"),
    _wrong("work-type", "Type", "PAUSE", "not one of the choices"),
    _wrong(
        "auxiliary-code",
        "Work Type",
        "Outcome",
        "another one than the demo company's code has (elsewhere: a work type that does not exist)",
        Name="Lunch",
        Paid="",
    ),
    _wrong("outdial-queue", "Default Music in Queue", "Brno silence.wav", "a sound that does not exist"),
    _wrong("entry-point", "Asset Name", "brno.demo.test", "filled, and lines have none", where=_CALLS),
    _wrong("outdial-entry-point", "Outdial Queue", "Brno lost queue", "a queue that does not exist"),
    _wrong("outdial-ani", "Name", "Brno #1", "a character that names do not have"),
    _wrong("desktop-profile", "Auto Wrap Up Time", "", "automatic, and no seconds", Wrap_Up_Type="AUTO"),
    Mistake(
        "user-profile", "Provisioning", "blank, and modules are specific", {**_SPECIFIC_MODULES, "Provisioning": ""}
    ),
    Mistake("audio-file", "", "a text instead of a sound", {SOUND: TEXT}),
    _wrong("user", "Email", "jitka.novotna(at)brno.demo.test", "not an e-mail address", where=_AGENT),
    _again("user", ("Email",), "that of the first row again, in capitals", str.upper),
    _wrong("user", "User Profile", "", "blank, and always needed", where=_AGENT),
    _wrong("user", "Skill Profile", "Brno Gas expert", "filled, and contact center is off", where=_OFFICE),
    _wrong("team", "Capacity", "10001", "more places than there may be", where=_PARTNER),
    _wrong("entry-point-mapping", "Entry Point", "Gas mailbox Brno", "an entry point that takes no calls"),
    _wrong("queue", "Permit Recording", ON, "filled, and mail is not recorded", where=_MAIL),
    _wrong("user", "Site", "", "blank, and agents have one", where=_AGENT),
    _wrong("user", "Teams", "Gas: Brno-Slatina", "a team of another site", where=_AGENT),
    _wrong("user", "Teams", "Gas partner", "a capacity team", where=_AGENT),
    _wrong("user", "Desktop Profile", "", "blank, and members of teams have one", where=_AGENT),
    _wrong("user", "Default DN", "reception", "not a number", where=_AGENT),
    _wrong("user", "External Id", "BRN-" + 20 * "0000", "longer than 80 characters", where=_AGENT),
    _wrong("user", "Contact Center Enabled", "MAYBE", "neither ON nor OFF", where=_AGENT),
    _wrong("user", "Multimedia Profile", "Brno night rule", "a profile that does not exist", where=_AGENT),
    _wrong("team", "DN", "5100", "filled, and teams of agents have none", where={"Type": "AGENT"}),
    _wrong("team", "Name", "Brno: pilot", "a character that separates names"),
    _again("team", ("Name", "Site"), "those of the first row again, in small letters", str.lower),
    _again("site", ("Name",), "that of the first row again, with a space behind it", "{} ".format),
    _wrong("skill-definition", "Service Level Threshold", "86401", "more than a day"),
    _wrong("skill-definition", "Name", "4 hands", "does not begin with a letter"),
    _orphan("queue", "Brno lost calls", "a group of a queue that does not exist"),
    _wrong("queue", "Timezone", "Europe/Brno", "not a time zone"),
    _wrong("queue", "Default Music in Queue", "", "blank, and callers hear music", where=_CALLS),
    _wrong("outdial-queue", "Name", "Gas calls Brno", "the name of a queue"),
    _wrong("outdial-queue", "Routing Type", "LONGEST_AVAILABLE_AGENT", "filled, and this is no campaign"),
    _wrong("entry-point", "Social Channel Type", "", "blank, and the channel is social", Channel_Type="SOCIAL_CHANNEL"),
    _wrong("entry-point-mapping", "Region", "XX", "not a country"),
    _again("entry-point-mapping", ("Dialed Number",), "that of the first row again", "{} ".format),
    _wrong(
        "address-book",
        "Parent Site",
        "Lyon",
        "another one than the demo company's book has (elsewhere: a site that does not exist)",
        Name="Repairs Praha",
    ),
    _wrong("multimedia-profile", "Type", "EXCLUSIVE", "several chats, and only one contact at a time", Chat="3"),
    _wrong("auxiliary-code", "Paid", ON, "filled, and only pauses are paid", where={"Work Type": "Brno outcomes"}),
    _wrong("desktop-profile", "Idle Codes", "Order (Gas)", "a wrap-up code", Idle_Options="SPECIFIC"),
    _wrong("desktop-profile", "Outdial EP", "Gas outdial Brno", "filled, and outdial is off"),
    _wrong("user-profile", "Teams", "Gas 2", "filled, and all teams are meant", where={"Team Access": "ALL"}),
    Mistake("audio-file", "", "a sound that is cut off", {SOUND: CUT}),
    _wrong("audio-file", "Name", "Brno waiting #40.wav", "a character that names do not have"),
)
