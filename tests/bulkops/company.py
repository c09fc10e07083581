"""A company with objects of every kind, as the rows of its files."""

from typing import Final

from contactcenter.demo.sounds import wav
from tests.bulkops.columns import titles

Row = dict[str, str]

_SWITCHES: Final = {
    "Agent Available After Outdial": "OFF",
    "Allow Auto Wrap Up Extension": "OFF",
    "Consult To Queue": "OFF",
    "Outdial Enabled": "OFF",
    "Dial Plan Enabled": "OFF",
    "Agent Statistics": "ON",
    "Logged In Team Statistics": "OFF",
}
_OPTIONS: Final = (
    "Wrap Up Options",
    "Idle Options",
    "Transfer Options",
    "Buddy Team Option",
    "Queue Statistics Option",
    "Team Statistics Option",
)
_ACCESS: Final = ("Module Access", "Entry Point Access", "Site Access", "Queue Access", "Team Access")
MODULES: Final = titles("user-profile")[4:17]

# What every new object needs, beside its name.
PLAIN: Final[dict[str, Row]] = {
    "desktop-profile": {
        "Wrap Up Type": "MANUAL",
        **_SWITCHES,
        **dict.fromkeys(_OPTIONS, "ALL"),
        "DN Validation Option": "UNRESTRICTED",
    },
    "user-profile": dict.fromkeys(_ACCESS, "ALL"),
    "queue": {
        "Max Time In Queue": "600",
        "Service Level Threshold": "30",
        "Timezone": "Europe/Prague",
        "Routing Type": "LONGEST_AVAILABLE_AGENT",
    },
    "entry-point": {"Service Level Threshold": "30", "Timezone": "Europe/Prague"},
}


def _desktop(name: str, **cells: str) -> Row:
    return {"Name": name, **PLAIN["desktop-profile"], **cells}


def _profile(name: str, kind: str, **cells: str) -> Row:
    return {"Name": name, "Profile Type": kind, **PLAIN["user-profile"], **cells}


def _user(email: str, profile: str, *, enabled: str = "ON", **cells: str) -> Row:
    return {"Email": email, "User Profile": profile, "Contact Center Enabled": enabled, **cells}


def _under(parent: Row, *children: Row, key: str = "Name") -> list[Row]:
    return [parent, *({key: parent[key], **child} for child in children)]


def _group(label: str, place: int, teams: str, after: str = "") -> Row:
    return {
        "Distribution Group": label,
        "Distribution Group Seq": str(place),
        "Group Fallback Time": after,
        "Group Teams": teams,
    }


ROWS: Final[dict[str, list[Row]]] = {
    "multimedia-profile": [
        {"Name": "Blended", "Type": "BLENDED", "Voice": "1", "Chat": "3", "Email": "10", "Social": "5"},
        {
            "Name": "Hovory a zprávy",
            "Description": 'Řádek první\nřádek „druhý“, "třetí"; konec',
            "Type": "BLENDED_REALTIME",
            "Voice": "1",
            "Chat": "5",
            "Email": "500",
            "Social": "0",
        },
        {
            "Name": "Single",
            "Description": "=1+1",
            "Type": "EXCLUSIVE",
            "Voice": "1",
            "Chat": "1",
            "Email": "0",
            "Social": "1",
        },
    ],
    "site": [{"Name": name, "Multimedia Profile": "Blended"} for name in ("Brno", "Plzeň", "Lyon")],
    "work-type": [
        {"Name": "Přestávka", "Type": "IDLE_CODE"},
        {"Name": "Práce", "Description": "@práce", "Type": "IDLE_CODE"},
        {"Name": "Výsledek", "Type": "WRAP_UP_CODE"},
    ],
    "auxiliary-code": [
        {"Name": "Oběd", "Default": "ON", "Work Type": "Přestávka", "Paid": "OFF"},
        {"Name": "Školení", "Description": "-", "Default": "OFF", "Work Type": "Práce", "Paid": "ON"},
        {"Name": "Pause-café (15.)", "Default": "OFF", "Work Type": "Přestávka"},
        {"Name": "Vyřešeno", "Default": "ON", "Work Type": "Výsledek"},
        {"Name": "Zavolat zpět", "Default": "OFF", "Work Type": "Výsledek"},
    ],
    "skill-definition": [
        {"Name": "Angličtina", "Service Level Threshold": "20", "Type": "PROFICIENCY", "Outbound": "ON"},
        {"Name": "VIP", "Service Level Threshold": "0", "Type": "BOOLEAN"},
        {
            "Name": "Jazyky",
            "Service Level Threshold": "86400",
            "Type": "ENUM",
            "List Values For Enum": "cs|en|fr|日本語",
        },
        {
            "Name": "Poznámka",
            "Service Level Threshold": "5",
            "Type": "TEXT",
            "Outbound Script": "https://example.com/?who={customer}\r\n\r\n+ řekni „ahoj“",
        },
    ],
    "skill-profile": [
        *_under({"Name": "Základ"}, {"Skill Name": "Angličtina", "Skill Value": "5"}),
        *_under(
            {"Name": "Plný", "Description": "Všechno"},
            {"Skill Name": "VIP", "Skill Value": "True"},
            {"Skill Name": "Jazyky", "Skill Value": "fr|cs"},
            {"Skill Name": "Poznámka", "Skill Value": '\'=tichý, "klidný"'},
            {"Skill Name": "Angličtina", "Skill Value": "0"},
        ),
    ],
    "team": [
        {"Name": "Care", "Site": "Brno", "Type": "AGENT", "Multimedia Profile": "Single", "Skill Profile": "Základ"},
        {"Name": "Care", "Site": "Plzeň", "Type": "AGENT", "Desktop Layout": "Široký"},
        {"Name": "Claims & +1", "Site": "Brno", "Type": "AGENT"},
        {"Name": "Équipe", "Site": "Lyon", "Type": "AGENT"},
        {"Name": "Overflow", "Site": "Brno", "Type": "CAPACITY", "DN": "+420 800 123 456", "Capacity": "25"},
    ],
    "queue": [
        *_under(
            {
                "Name": "Hlavní",
                "Channel Type": "TELEPHONY",
                **PLAIN["queue"],
                "Permit Monitoring": "ON",
                "Pause or Resume Enabled": "ON",
                "Recording Pause Duration": "3600",
                "Default Music in Queue": "hudba.wav",
            },
            _group("První", 1, "Care: Brno|Claims & +1"),
            _group("Druhá", 2, "Care: Plzeň|Overflow", "60"),
        ),
        *_under(
            {
                "Name": "Chat",
                "Channel Type": "CHAT",
                **PLAIN["queue"],
                "Routing Type": "SKILLS_BASED",
                "Skill-Based Agent Selection": "BEST_AVAILABLE_AGENT",
            },
            _group("Všichni", 1, "Équipe"),
        ),
        {"Name": "Pošta", "Channel Type": "EMAIL", **PLAIN["queue"]},
        {"Name": "Sítě", "Channel Type": "SOCIAL_CHANNEL", **PLAIN["queue"]},
    ],
    "outdial-queue": [
        *_under(
            {
                "Name": "Kampaň",
                **{title: text for title, text in PLAIN["queue"].items() if title != "Routing Type"},
                "Default Music in Queue": "opus one.WAV",
                "Outbound Campaign": "ON",
                "Routing Type": "LONGEST_AVAILABLE_AGENT",
            },
            _group("Lyon", 1, "Équipe"),
        ),
        {
            "Name": "Volání",
            **{title: text for title, text in PLAIN["queue"].items() if title != "Routing Type"},
            "Default Music in Queue": "hudba.wav",
        },
    ],
    "entry-point": [
        {"Name": "Hlavní linka", **PLAIN["entry-point"], "Channel Type": "TELEPHONY"},
        {"Name": "Web", **PLAIN["entry-point"], "Channel Type": "CHAT", "Asset Name": "web-chat | 1"},
        {"Name": "Schránka", **PLAIN["entry-point"], "Channel Type": "EMAIL"},
        {
            "Name": "WhatsApp",
            **PLAIN["entry-point"],
            "Channel Type": "SOCIAL_CHANNEL",
            "Social Channel Type": "FACEBOOK MESSENGER",
        },
    ],
    "outdial-entry-point": [
        {"Name": "Odchozí", "Timezone": "Europe/Prague", "Outdial Queue": "Volání", "Service Level Threshold": "1"},
        {"Name": "Sortie", "Timezone": "Europe/Paris"},
    ],
    "entry-point-mapping": [
        {"Dialed Number": "+420-800.123.456", "Entry Point": "Hlavní linka", "Region": "CZ"},
        {"Dialed Number": "0112", "Entry Point": "Hlavní linka"},
    ],
    "address-book": [
        *_under(
            {"Name": "Kurýři", "Parent Site": "Brno"},
            {"Entry Name": "Sever", "Phone Number": "+420 (2) 123-456"},
            {"Entry Name": "Jih", "Phone Number": "-1"},
        ),
        {"Name": "Partneři", "Description": "+420 a jiní"},
    ],
    "outdial-ani": _under(
        {"Name": "Čísla"},
        {"Entry Name": "Péče", "Entry Number": "sip:pece@example.com"},
        {"Entry Name": "Prodej", "Entry Number": "+420 800 123 456"},
    ),
    "desktop-profile": [
        _desktop("Standard"),
        {
            **_desktop("Úplný (1)", **dict.fromkeys(_OPTIONS, "SPECIFIC"), **dict.fromkeys(_SWITCHES, "ON")),
            "Description": "Všechno, co jde",
            "Parent Site": "Brno",
            "Screen Popups": "ON",
            "Last Agent Routing": "ON",
            "Wrap Up Type": "AUTO",
            "Auto Wrap Up Time": "30",
            "Wrap Up Codes": "Vyřešeno|Zavolat zpět",
            "Idle Codes": "Oběd|Pause-café (15.)",
            "Transfer Targets": "Hlavní|Chat",
            "Buddy Teams": "Care: Plzeň|Overflow",
            "Outdial EP": "Odchozí",
            "Address Book": "Kurýři",
            "Dial Plan": "=Národní|Evropa, svět",
            "Outdial ANI": "Čísla",
            "DN Validation Option": "VALIDATION CRITERIA",
            "Validation Criteria": "Pět číslic",
            "Selected Queues": "Pošta",
            "Selected Teams": "Équipe",
            "Agent Threshold Alerts Enabled": "ON",
            "Agent Threshold Alerts": "Dlouhý hovor|Dlouhá pauza",
        },
    ],
    "user-profile": [
        _profile("Administrator", "ADMINISTRATOR"),
        {
            **_profile("Supervisor Brno", "SUPERVISOR", **dict.fromkeys(_ACCESS[1:], "SPECIFIC")),
            "Entry Points": "Hlavní linka|Web",
            "Sites": "Brno|Lyon",
            "Queues": "Hlavní",
            "Teams": "Care: Brno|Claims & +1",
        },
        _profile("Agent", "STANDARD_AGENT"),
        {**_profile("Auditor", "ADMINISTRATOR_ONLY", **dict.fromkeys(MODULES, "VIEW")), "Module Access": "SPECIFIC"},
    ],
    "user": [
        {**_user("ada@example.com", "Administrator", enabled="OFF"), "First Name": "Ada", "Last Name": "Nováková"},
        _user("ivana@example.com", "Supervisor Brno", Site="Brno"),
        {
            **_user("jana.mala@example.com", "Agent", Site="Brno", Teams="Claims & +1|Care: Brno"),
            "Desktop Profile": "Standard",
            "Skill Profile": "Plný",
            "Multimedia Profile": "Single",
            "External Id": "007",
            "Default DN": "+420 123",
        },
        {**_user("petr@example.com", "Agent", Site="Brno", Teams="Care: Brno"), "Desktop Profile": "Úplný (1)"},
        {
            **_user("hugo@example.com", "Agent", Site="Lyon", Teams="Équipe"),
            "Desktop Profile": "Standard",
            "External Id": "-7x",
        },
        _user("audit@example.com", "Auditor", enabled="OFF"),
    ],
}

SOUNDS: Final = {
    "hudba.wav": wav([(440.0, 0.02)], "PCM"),
    "opus one.WAV": wav([(660.0, 0.02)], "G.711 A-law"),
}
