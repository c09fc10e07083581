"""What comes later: a second company like the first, and changes of every kind of object in the first."""

from typing import Final

from contactcenter.demo.sounds import wav
from tests.bulkops.columns import key_titles
from tests.bulkops.company import MODULES, PLAIN, ROWS, Row

_NAMES: Final = {
    row[title] for slug, rows in ROWS.items() if slug != "work-type" for row in rows for title in key_titles(slug)[:1]
}


def _again(title: str, text: str) -> str:
    """Write the second company's name of an object for the first one's."""
    if title == "Dialed Number":
        return f"{text}9"
    parts = [part.partition(": ") for part in text.split("|")]
    if title == "Description" or not all(name in _NAMES and (not site or site in _NAMES) for name, _, site in parts):
        return text
    return "|".join(_second(name) + (separator and separator + _second(site)) for name, separator, site in parts)


def _second(name: str) -> str:
    return f"z.{name}" if "@" in name else f"Z {name}"


# It uses the sounds and the work types of the first; those of its codes that are the default take its place.
SECOND_ROWS: Final[dict[str, list[Row]]] = {
    slug: [{title: _again(title, text) for title, text in row.items()} for row in rows]
    for slug, rows in ROWS.items()
    if slug != "work-type"
}

_SPECIFIC: Final = dict.fromkeys(("Entry Point Access", "Site Access", "Queue Access", "Team Access"), "SPECIFIC")


def _stored(slug: str, name: str, **cells: str) -> Row:
    [title, *_site] = key_titles(slug)
    return {**next(row for row in ROWS[slug] if row[title] == name), **cells}


CHANGED_ROWS: Final[dict[str, list[Row]]] = {
    "multimedia-profile": [_stored("multimedia-profile", "Single", Chat="0", Description="[CLEAR]")],
    "site": [{"Name": "Lyon", "Multimedia Profile": "Single"}],
    "work-type": [
        {"Name": "Práce", "Type": "IDLE_CODE", "Description": "Kurzy"},
        {"Name": "Nový druh", "Type": "WRAP_UP_CODE"},
    ],
    "auxiliary-code": [
        _stored("auxiliary-code", "Oběd", Description="Hodina"),
        _stored("auxiliary-code", "Školení", Default="ON", Paid="OFF"),
        _stored("auxiliary-code", "Vyřešeno", Default="OFF"),
        {"Name": "Nový", "Default": "ON", "Work Type": "Výsledek"},
        {"Name": "Novější", "Default": "ON", "Work Type": "Přestávka"},
    ],
    "skill-definition": [
        {**_stored("skill-definition", "Jazyky", Outbound="ON"), "List Values For Enum": "fr|cs|de"},
        {**_stored("skill-definition", "VIP"), "Outbound Script": "=Ahoj"},
    ],
    "skill-profile": [
        {"Name": "Plný", "Description": "[CLEAR]"},
        {"Name": "Plný", "Skill Name": "VIP", "Delete": "Yes"},
        {"Name": "Plný", "Skill Name": "Jazyky", "Skill Value": "de"},
        {"Name": "Základ", "Skill Name": "Poznámka", "Skill Value": "x"},
    ],
    "team": [
        {**_stored("team", "Overflow", Capacity="26"), "DN": "1234"},
        {"Name": "Care", "Site": "Brno", "Type": "AGENT", "Multimedia Profile": "[CLEAR]", "Desktop Layout": "Úzký"},
    ],
    "queue": [
        {
            **_stored("queue", "Hlavní", Description="Jiná"),
            "Pause or Resume Enabled": "OFF",
            "Recording Pause Duration": "",
            "Default Music in Queue": "nová.wav",
        },
        {
            "Name": "Hlavní",
            "Distribution Group": "Druhá",
            "Distribution Group Seq": "1",
            "Group Teams": "Équipe|Overflow",
        },
        {
            "Name": "Hlavní",
            "Distribution Group": "Třetí",
            "Distribution Group Seq": "2",
            "Group Fallback Time": "5",
            "Group Teams": "Claims & +1",
        },
        {
            "Name": "Pošta",
            "Distribution Group": "Jediná",
            "Distribution Group Seq": "1",
            "Group Teams": "Claims & +1|Équipe",
        },
    ],
    "outdial-queue": [{**_stored("outdial-queue", "Volání"), "Permit Monitoring": "ON", "Max Time In Queue": "601"}],
    "entry-point": [{**_stored("entry-point", "Web"), "Asset Name": "[CLEAR]", "Timezone": "UTC"}],
    "outdial-entry-point": [{"Name": "SORTIE", "Timezone": "UTC", "Outdial Queue": "Kampaň"}],
    "entry-point-mapping": [{"Dialed Number": "0112", "Entry Point": "Hlavní linka", "Region": "FR"}],
    "address-book": [
        {"Name": "Kurýři", "Description": "Všichni"},
        {"Name": "Kurýři", "Entry Name": "Jih", "Delete": "Yes"},
        {"Name": "Kurýři", "Entry Name": "SEVER", "Phone Number": "158"},
        {"Name": "Kurýři", "Entry Name": "Západ", "Phone Number": "150"},
    ],
    "outdial-ani": [
        {"Name": "Čísla", "Entry Name": "Prodej", "Entry Number": "sip:a@b.cz"},
        {"Name": "Čísla", "Entry Name": "Péče", "Delete": "Yes"},
    ],
    "desktop-profile": [
        {
            **_stored("desktop-profile", "Úplný (1)", Description="[CLEAR]"),
            "Wrap Up Type": "MANUAL",
            "Auto Wrap Up Time": "",
            "Idle Codes": "Školení|Oběd",
            "Buddy Teams": "Équipe",
            "Transfer Options": "NONE",
            "Transfer Targets": "",
            "Dial Plan": "Jiný",
            "Address Book": "Partneři",
            "Outdial Enabled": "OFF",
            "Outdial EP": "",
            "Outdial ANI": "",
        }
    ],
    "user-profile": [
        {**_stored("user-profile", "Supervisor Brno"), "Sites": "Lyon|Plzeň", "Queue Access": "ALL", "Queues": ""},
        {"Name": "Auditor", "Profile Type": "ADMINISTRATOR_ONLY", **PLAIN["user-profile"]},
        {
            "Name": "Agent",
            "Profile Type": "STANDARD_AGENT",
            **PLAIN["user-profile"],
            "Module Access": "SPECIFIC",
            **dict.fromkeys(MODULES, "EDIT"),
            **_SPECIFIC,
            "Entry Points": "Web",
            "Sites": "Brno",
            "Queues": "Chat",
            "Teams": "Équipe",
        },
    ],
    "user": [
        {**_stored("user", "jana.mala@example.com", Teams="Care: Brno|Claims & +1"), "Skill Profile": "[CLEAR]"},
        {**_stored("user", "petr@example.com", Teams="Claims & +1"), "Desktop Profile": "Standard"},
        {
            "Email": "Hugo@example.com",
            "User Profile": "Auditor",
            "Contact Center Enabled": "OFF",
            "External Id": "[CLEAR]",
            "Last Name": "Moreau",
        },
        {**_stored("user", "audit@example.com"), "Contact Center Enabled": "ON"},
    ],
}

SOUNDS: Final = {"hudba.wav": wav([(220.0, 0.02)], "PCM"), "nová.wav": wav([(330.0, 0.02)], "G.711 µ-law")}
