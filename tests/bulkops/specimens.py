"""For each object one row with nothing but what is mandatory, one with everything, and another value for each column.

All of them fit into the company.
"""

from typing import Final

from tests.bulkops.columns import key_titles
from tests.bulkops.company import MODULES, PLAIN, Row

# A new object from these needs no other column.
MINIMAL: Final[dict[str, Row]] = {
    "multimedia-profile": {"Name": "New", "Type": "BLENDED", "Voice": "0", "Chat": "0", "Email": "0", "Social": "0"},
    "site": {"Name": "New", "Multimedia Profile": "Blended"},
    "work-type": {"Name": "New", "Type": "IDLE_CODE"},
    "auxiliary-code": {"Name": "New", "Default": "OFF", "Work Type": "Práce"},
    "skill-definition": {"Name": "New", "Service Level Threshold": "0", "Type": "TEXT"},
    "skill-profile": {"Name": "New"},
    "team": {"Name": "New", "Site": "Brno", "Type": "AGENT"},
    "queue": {"Name": "New", "Channel Type": "EMAIL", **PLAIN["queue"]},
    "outdial-queue": {
        "Name": "New",
        "Max Time In Queue": "1",
        "Service Level Threshold": "1",
        "Timezone": "UTC",
        "Default Music in Queue": "hudba.wav",
    },
    "entry-point": {"Name": "New", "Channel Type": "TELEPHONY", **PLAIN["entry-point"]},
    "outdial-entry-point": {"Name": "New", "Timezone": "Asia/Tokyo"},
    "entry-point-mapping": {"Dialed Number": "1", "Entry Point": "Hlavní linka"},
    "address-book": {"Name": "New"},
    "outdial-ani": {"Name": "New"},
    "desktop-profile": {"Name": "New", **PLAIN["desktop-profile"]},
    "user-profile": {"Name": "New", "Profile Type": "SUPERVISOR", **PLAIN["user-profile"]},
    "user": {"Email": "new.person@example.com", "User Profile": "Agent", "Contact Center Enabled": "OFF"},
}

# What is stored, and exported, where nothing was said.
DEFAULTS: Final[dict[str, Row]] = {
    "auxiliary-code": {"Paid": "ON"},
    "skill-definition": {"Outbound": "OFF"},
    "outdial-queue": {
        "Permit Monitoring": "OFF",
        "Permit Recording": "OFF",
        "Record All Calls": "OFF",
        "Pause or Resume Enabled": "OFF",
        "Outbound Campaign": "OFF",
    },
    "entry-point-mapping": {"Region": "Default"},
    "desktop-profile": {"Screen Popups": "OFF", "Last Agent Routing": "OFF", "Agent Threshold Alerts Enabled": "OFF"},
    "user": {"First Name": "New", "Last Name": "Person"},
}

_CALLS: Final[Row] = {
    "Max Time In Queue": "600",
    "Service Level Threshold": "30",
    "Timezone": "Europe/Prague",
    "Permit Monitoring": "ON",
    "Permit Recording": "ON",
    "Record All Calls": "ON",
    "Pause or Resume Enabled": "ON",
    "Recording Pause Duration": "15",
    "Default Music in Queue": "hudba.wav",
}
_OTHER_CALLS: Final[Row] = {
    "Description": "Other",
    "Max Time In Queue": "601",
    "Service Level Threshold": "31",
    "Timezone": "UTC",
    "Permit Monitoring": "OFF",
    "Permit Recording": "OFF",
    "Record All Calls": "OFF",
    "Recording Pause Duration": "16",
    "Default Music in Queue": "opus one.WAV",
}
_OPTIONS: Final = {
    "Wrap Up Options": ("Wrap Up Codes", "Vyřešeno", "Zavolat zpět"),
    "Idle Options": ("Idle Codes", "Oběd|Školení", "Oběd"),
    "Transfer Options": ("Transfer Targets", "Hlavní", "Hlavní|Chat"),
    "Buddy Team Option": ("Buddy Teams", "Équipe", "Care: Brno|Overflow"),
    "Queue Statistics Option": ("Selected Queues", "Pošta", "Sítě"),
    "Team Statistics Option": ("Selected Teams", "Équipe", "Care: Plzeň"),
}
_ACCESS: Final = {
    "Entry Point Access": ("Entry Points", "Web", "Web|Schránka"),
    "Site Access": ("Sites", "Lyon", "Brno"),
    "Queue Access": ("Queues", "Chat", "Hlavní"),
    "Team Access": ("Teams", "Équipe", "Équipe|Care: Brno"),
}
_SWITCHES: Final = (
    "Screen Popups",
    "Last Agent Routing",
    "Agent Available After Outdial",
    "Allow Auto Wrap Up Extension",
    "Consult To Queue",
    "Agent Statistics",
    "Logged In Team Statistics",
)

# Every column is filled, but those of children.
FULL: Final[dict[str, Row]] = {
    "multimedia-profile": {**MINIMAL["multimedia-profile"], "Description": "Full"},
    "site": MINIMAL["site"],
    "work-type": {**MINIMAL["work-type"], "Description": "Full"},
    "auxiliary-code": {**MINIMAL["auxiliary-code"], "Description": "Full", "Paid": "OFF"},
    "skill-definition": {
        **MINIMAL["skill-definition"],
        "Description": "Full",
        "Type": "ENUM",
        "List Values For Enum": "one|two",
        "Outbound": "ON",
        "Outbound Script": "Hello",
    },
    "skill-profile": {"Name": "New", "Description": "Full"},
    "team": {
        **MINIMAL["team"],
        "Multimedia Profile": "Single",
        "Skill Profile": "Základ",
        "Desktop Layout": "Wide",
    },
    "queue": {
        "Name": "New",
        "Description": "Full",
        "Channel Type": "TELEPHONY",
        **_CALLS,
        "Routing Type": "SKILLS_BASED",
        "Skill-Based Agent Selection": "LONGEST_AVAILABLE_AGENT",
    },
    "outdial-queue": {
        "Name": "New",
        "Description": "Full",
        **_CALLS,
        "Outbound Campaign": "ON",
        "Routing Type": "LONGEST_AVAILABLE_AGENT",
    },
    "entry-point": {
        **MINIMAL["entry-point"],
        "Description": "Full",
        "Channel Type": "SOCIAL_CHANNEL",
        "Social Channel Type": "SMS",
        "Asset Name": "asset",
    },
    "outdial-entry-point": {
        **MINIMAL["outdial-entry-point"],
        "Description": "Full",
        "Service Level Threshold": "10",
        "Outdial Queue": "Volání",
    },
    "entry-point-mapping": {**MINIMAL["entry-point-mapping"], "Region": "CZ"},
    "address-book": {"Name": "New", "Description": "Full", "Parent Site": "Brno"},
    "outdial-ani": {"Name": "New", "Description": "Full"},
    "desktop-profile": {
        **MINIMAL["desktop-profile"],
        "Description": "Full",
        "Parent Site": "Brno",
        **dict.fromkeys(_SWITCHES, "ON"),
        "Wrap Up Type": "AUTO",
        "Auto Wrap Up Time": "30",
        **dict.fromkeys(_OPTIONS, "SPECIFIC"),
        **{title: value for title, value, _other in _OPTIONS.values()},
        "Outdial Enabled": "ON",
        "Outdial EP": "Odchozí",
        "Address Book": "Kurýři",
        "Dial Plan Enabled": "ON",
        "Dial Plan": "National",
        "Outdial ANI": "Čísla",
        "DN Validation Option": "VALIDATION CRITERIA",
        "Validation Criteria": "Five digits",
        "Agent Threshold Alerts Enabled": "ON",
        "Agent Threshold Alerts": "Long call",
    },
    "user-profile": {
        **MINIMAL["user-profile"],
        "Description": "Full",
        "Module Access": "SPECIFIC",
        **dict.fromkeys(MODULES, "VIEW"),
        **dict.fromkeys(_ACCESS, "SPECIFIC"),
        **{title: value for title, value, _other in _ACCESS.values()},
    },
    "user": {
        **MINIMAL["user"],
        "Contact Center Enabled": "ON",
        "Site": "Brno",
        "Teams": "Care: Brno",
        "Skill Profile": "Základ",
        "Desktop Profile": "Standard",
        "Multimedia Profile": "Single",
        "External Id": "1",
        "Default DN": "123",
        "First Name": "Full",
        "Last Name": "Name",
    },
}

# Each of them may take the place of the value above, the others staying as they are.
OTHER: Final[dict[str, Row]] = {
    "multimedia-profile": {
        "Description": "Other",
        "Type": "EXCLUSIVE",
        "Voice": "1",
        "Chat": "1",
        "Email": "500",
        "Social": "7",
    },
    "site": {"Multimedia Profile": "Single"},
    "work-type": {"Description": "Other", "Type": "WRAP_UP_CODE"},
    "auxiliary-code": {"Description": "Other", "Default": "ON", "Paid": "ON"},
    "skill-definition": {
        "Description": "Other",
        "Service Level Threshold": "60",
        "List Values For Enum": "two|one",
        "Outbound": "OFF",
        "Outbound Script": "Hello\nagain",
    },
    "skill-profile": {"Description": "Other"},
    "team": {"Multimedia Profile": "Blended", "Skill Profile": "Plný", "Desktop Layout": "Narrow"},
    "queue": {**_OTHER_CALLS, "Skill-Based Agent Selection": "BEST_AVAILABLE_AGENT"},
    "outdial-queue": _OTHER_CALLS,
    "entry-point": {
        "Description": "Other",
        "Service Level Threshold": "31",
        "Timezone": "UTC",
        "Social Channel Type": "GOOGLE_BUSINESS_MESSAGES",
        "Asset Name": "other",
    },
    "outdial-entry-point": {
        "Description": "Other",
        "Service Level Threshold": "11",
        "Timezone": "UTC",
        "Outdial Queue": "Kampaň",
    },
    "entry-point-mapping": {"Region": "FR"},
    "address-book": {"Description": "Other"},
    "outdial-ani": {"Description": "Other"},
    "desktop-profile": {
        "Description": "Other",
        "Parent Site": "Lyon",
        **dict.fromkeys(_SWITCHES, "OFF"),
        "Auto Wrap Up Time": "31",
        **{title: other for title, _value, other in _OPTIONS.values()},
        "Outdial EP": "Sortie",
        "Address Book": "Partneři",
        "Dial Plan": "National|European",
        "Validation Criteria": "Six digits",
        "Agent Threshold Alerts": "Long break",
    },
    "user-profile": {
        "Description": "Other",
        **dict.fromkeys(MODULES, "EDIT"),
        **{title: other for title, _value, other in _ACCESS.values()},
    },
    "user": {
        "User Profile": "Supervisor Brno",
        "Teams": "Claims & +1|Care: Brno",
        "Skill Profile": "Plný",
        "Desktop Profile": "Úplný (1)",
        "Multimedia Profile": "Blended",
        "External Id": "2",
        "Default DN": "+420 800",
        "First Name": "Other",
        "Last Name": "Other",
    },
}

# What never changes once the object exists: the column, and another value that would be valid otherwise.
IMMUTABLE: Final[dict[str, Row]] = {
    "auxiliary-code": {"Work Type": "Přestávka"},
    "skill-definition": {"Type": "TEXT"},
    "team": {"Type": "CAPACITY"},
    "queue": {"Channel Type": "EMAIL", "Routing Type": "LONGEST_AVAILABLE_AGENT"},
    "outdial-queue": {"Outbound Campaign": "OFF"},
    "entry-point": {"Channel Type": "CHAT"},
    "address-book": {"Parent Site": "Lyon"},
    "user-profile": {"Profile Type": "STANDARD_AGENT"},
}

# Without this row there is no object.
_CHILD: Final[dict[str, Row]] = {"skill-profile": {"Skill Name": "VIP", "Skill Value": "True"}}


def rows_of(slug: str, row: Row) -> list[Row]:
    """Return the rows of a new object: that one, and where it needs a child, the child's."""
    return [row, {"Name": row["Name"], **_CHILD[slug]}] if slug in _CHILD else [row]


def numbered(slug: str, row: Row, number: int) -> Row:
    """Return the same with a key of its own."""
    [title, *_site] = key_titles(slug)
    text = f"{number}.{row[title]}" if slug == "user" else f"{row[title]}{number}"
    return {**row, title: text}
