"""Columns that count only sometimes: when they do not, and whether they are needed when they do."""

from dataclasses import dataclass
from typing import Final

from tests.bulkops.company import MODULES, Row
from tests.bulkops.specimens import FULL


@dataclass(frozen=True)
class Condition:
    """``columns`` count in ``on``, a whole row in which they are filled, and no more with ``off`` instead."""

    slug: str
    columns: tuple[str, ...]
    off: Row
    needed: bool = False
    is_immutable: bool = False  # what they depend on never changes
    on_row: Row | None = None

    @property
    def on(self) -> Row:
        return self.on_row or FULL[self.slug]

    @property
    def off_and_blank(self) -> Row:
        return self.on | self.off | dict.fromkeys(self.columns, "")

    def __str__(self) -> str:
        return f"{self.slug}: {self.columns[0]}"


_CALLS: Final = (
    "Permit Monitoring",
    "Permit Recording",
    "Record All Calls",
    "Pause or Resume Enabled",
)
_PAUSE: Final = "Recording Pause Duration"
_BY_SKILL: Final = "Skill-Based Agent Selection"
_MUSIC: Final = "Default Music in Queue"
_OF_AGENTS: Final = ("Teams", "Skill Profile", "Desktop Profile", "Multimedia Profile", "Default DN")
_CAPACITY_TEAM: Final = {"Name": "New", "Site": "Brno", "Type": "CAPACITY", "DN": "+420 1", "Capacity": "1"}


def _option(slug: str, option: str, column: str, *off: str) -> list[Condition]:
    return [Condition(slug, (column,), {option: text}, needed=True) for text in off]


_DESKTOP: Final = (
    *_option("desktop-profile", "Wrap Up Type", "Auto Wrap Up Time", "MANUAL"),
    *_option("desktop-profile", "Wrap Up Options", "Wrap Up Codes", "ALL"),
    *_option("desktop-profile", "Idle Options", "Idle Codes", "ALL"),
    *_option("desktop-profile", "Transfer Options", "Transfer Targets", "ALL", "NONE"),
    *_option("desktop-profile", "Buddy Team Option", "Buddy Teams", "ALL", "NONE"),
    Condition("desktop-profile", ("Outdial EP",), {"Outdial Enabled": "OFF", "Outdial ANI": ""}, needed=True),
    Condition("desktop-profile", ("Outdial ANI",), {"Outdial Enabled": "OFF", "Outdial EP": ""}),
    *_option("desktop-profile", "Dial Plan Enabled", "Dial Plan", "OFF"),
    *_option("desktop-profile", "DN Validation Option", "Validation Criteria", "UNRESTRICTED", "PROVISIONED VALUE"),
    *_option("desktop-profile", "Queue Statistics Option", "Selected Queues", "ALL", "NONE"),
    *_option("desktop-profile", "Team Statistics Option", "Selected Teams", "ALL", "NONE"),
    *_option("desktop-profile", "Agent Threshold Alerts Enabled", "Agent Threshold Alerts", "OFF"),
)

CONDITIONS: Final = (
    Condition("auxiliary-code", ("Paid",), {"Work Type": "Výsledek"}, is_immutable=True),
    Condition("skill-definition", ("List Values For Enum",), {"Type": "TEXT"}, needed=True, is_immutable=True),
    Condition(
        "team",
        ("Multimedia Profile", "Skill Profile", "Desktop Layout"),
        {"Type": "CAPACITY", "DN": "1 2", "Capacity": "1"},
        is_immutable=True,
    ),
    Condition("team", ("DN", "Capacity"), {"Type": "AGENT"}, needed=True, is_immutable=True, on_row=_CAPACITY_TEAM),
    Condition("queue", _CALLS, {"Channel Type": "CHAT", _PAUSE: "", _MUSIC: ""}, is_immutable=True),
    Condition("queue", (_PAUSE,), {"Channel Type": "CHAT", _MUSIC: "", **dict.fromkeys(_CALLS, "")}, is_immutable=True),
    Condition(
        "queue",
        (_MUSIC,),
        {"Channel Type": "CHAT", _PAUSE: "", **dict.fromkeys(_CALLS, "")},
        needed=True,
        is_immutable=True,
    ),
    Condition("queue", (_PAUSE,), {"Pause or Resume Enabled": "OFF"}),
    Condition("queue", (_BY_SKILL,), {"Routing Type": "LONGEST_AVAILABLE_AGENT"}, needed=True, is_immutable=True),
    Condition("outdial-queue", (_PAUSE,), {"Pause or Resume Enabled": "OFF"}),
    Condition("outdial-queue", ("Routing Type",), {"Outbound Campaign": "OFF"}, is_immutable=True),
    *(
        Condition(
            "entry-point",
            ("Social Channel Type",),
            {"Channel Type": channel, **({"Asset Name": ""} if channel == "TELEPHONY" else {})},
            needed=True,
            is_immutable=True,
        )
        for channel in ("TELEPHONY", "CHAT", "EMAIL")
    ),
    Condition(
        "entry-point", ("Asset Name",), {"Channel Type": "TELEPHONY", "Social Channel Type": ""}, is_immutable=True
    ),
    *_DESKTOP,
    Condition("user-profile", tuple(MODULES), {"Module Access": "ALL"}, needed=True),
    *_option("user-profile", "Entry Point Access", "Entry Points", "ALL"),
    *_option("user-profile", "Site Access", "Sites", "ALL"),
    *_option("user-profile", "Queue Access", "Queues", "ALL"),
    *_option("user-profile", "Team Access", "Teams", "ALL"),
    Condition("user", ("Site", *_OF_AGENTS), {"Contact Center Enabled": "OFF"}),
)

# A blank cell is an error in these columns of a full row, whatever is stored.
NEEDED: Final[dict[str, set[str]]] = {"user": {"Site", "Teams", "Desktop Profile"}, "outdial-queue": {_MUSIC}}
for _condition in CONDITIONS:
    if _condition.needed:
        NEEDED.setdefault(_condition.slug, set()).update(_condition.columns)
