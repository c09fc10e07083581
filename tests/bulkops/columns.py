"""The columns of each object's files, and whether they have to be filled: M always, C sometimes, O never."""

from typing import Final

_TEXT: Final = """
multimedia-profile: Name M, Description O, Type M, Voice M, Chat M, Email M, Social M
site: Name M, Multimedia Profile M
work-type: Name M, Description O, Type M
auxiliary-code: Name M, Description O, Default M, Work Type M, Paid O
skill-definition: Name M, Description O, Service Level Threshold M, Type M, List Values For Enum C, Outbound O,
    Outbound Script O
skill-profile: Name M, Description O, Skill Name +, Skill Value +, Delete +
team: Name M, Site M, Type M, Multimedia Profile O, Skill Profile O, DN C, Capacity C, Desktop Layout O
audio-file: Name M
queue: Name M, Description O, Channel Type M, Max Time In Queue M, Service Level Threshold M, Timezone M,
    Permit Monitoring C, Permit Recording C, Record All Calls C, Pause or Resume Enabled C,
    Recording Pause Duration C, Default Music in Queue C, Routing Type M, Skill-Based Agent Selection C,
    Distribution Group +, Distribution Group Seq +, Group Fallback Time +, Group Teams +
outdial-queue: Name M, Description O, Max Time In Queue M, Service Level Threshold M, Timezone M,
    Permit Monitoring C, Permit Recording C, Record All Calls C, Pause or Resume Enabled C,
    Recording Pause Duration C, Default Music in Queue C, Outbound Campaign O, Routing Type C,
    Distribution Group +, Distribution Group Seq +, Group Fallback Time +, Group Teams +
entry-point: Name M, Description O, Service Level Threshold M, Timezone M, Channel Type M, Social Channel Type C,
    Asset Name C
outdial-entry-point: Name M, Description O, Service Level Threshold O, Timezone M, Outdial Queue O
entry-point-mapping: Dialed Number M, Entry Point M, Region O
address-book: Name M, Description O, Parent Site O, Entry Name +, Phone Number +, Delete +
outdial-ani: Name M, Description O, Entry Name +, Entry Number +, Delete +
desktop-profile: Name M, Description O, Parent Site O, Screen Popups O, Last Agent Routing O, Wrap Up Type M,
    Auto Wrap Up Time C, Agent Available After Outdial M, Allow Auto Wrap Up Extension M, Wrap Up Options M,
    Wrap Up Codes C, Idle Options M, Idle Codes C, Transfer Options M, Transfer Targets C, Buddy Team Option M,
    Buddy Teams C, Consult To Queue M, Outdial Enabled M, Outdial EP C, Address Book O, Dial Plan Enabled M,
    Dial Plan C, Outdial ANI O, DN Validation Option M, Validation Criteria C, Agent Statistics M,
    Queue Statistics Option M, Selected Queues C, Logged In Team Statistics M, Team Statistics Option M,
    Selected Teams C, Agent Threshold Alerts Enabled O, Agent Threshold Alerts C
user-profile: Name M, Description O, Profile Type M, Module Access M, Provisioning C, Real Time Reports C,
    Historical Reports C, Routing Strategy C, Call Recording C, Call Monitoring C, Reporting And Analytics C,
    Recording Management C, Agent Desktop C, Logout Agents C, Manage Agent States C, Supervisory Features C,
    Multimedia C, Entry Point Access M, Entry Points C, Site Access M, Sites C, Queue Access M, Queues C,
    Team Access M, Teams C
user: Email M, User Profile M, Contact Center Enabled M, Site C, Teams C, Skill Profile O, Desktop Profile C,
    Multimedia Profile O, External Id O, Default DN O, First Name O, Last Name O
"""

CHILD: Final = "+"


def _read() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for line in _TEXT.replace("\n    ", " ").strip().splitlines():
        slug, _separator, columns = line.partition(": ")
        found[slug] = {title: need for title, _space, need in (one.rpartition(" ") for one in columns.split(", "))}
    return found


# In the order in which the objects depend on one another.
COLUMNS: Final = _read()


def titles(slug: str, *needs: str) -> list[str]:
    """Return the columns of a file, or those of these needs."""
    return [title for title, need in COLUMNS[slug].items() if not needs or need in needs]


def key_titles(slug: str) -> list[str]:
    special = {"team": ["Name", "Site"], "entry-point-mapping": ["Dialed Number"], "user": ["Email"]}
    return special.get(slug, ["Name"])


TABLES: Final = [slug for slug in COLUMNS if slug != "audio-file"]
WITH_CHILDREN: Final = [slug for slug in TABLES if CHILD in COLUMNS[slug].values()]
