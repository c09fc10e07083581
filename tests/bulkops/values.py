"""For each column what it takes and what it refuses, at the limits and one beyond."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from tests.bulkops.columns import COLUMNS, TABLES
from tests.bulkops.company import MODULES, Row
from tests.bulkops.specimens import FULL, MINIMAL


@dataclass(frozen=True)
class Rule:
    """``beside`` are other cells in which the values are valid; ``written`` is how some of them are stored.

    Of ``also`` something may be said, too, where a value is refused.
    """

    slug: str
    title: str
    good: Sequence[str]
    bad: Sequence[str]
    beside: Row = field(default_factory=dict)
    written: Row = field(default_factory=dict)
    also: str = ""

    def __str__(self) -> str:
        return f"{self.slug}: {self.title}"

    def row(self, text: str) -> Row:
        base = FULL[self.slug] if self.title in FULL[self.slug] else MINIMAL[self.slug]
        return base | self.beside | {self.title: text}

    def stored(self, text: str) -> str:
        return self.written.get(text, text)


# --- Names -------------------------------------------------------------------------------------------------------

MARKS: Final = {
    "multimedia-profile": "._-",
    "site": "-_",
    "work-type": "._-",
    "auxiliary-code": "._)/(-",
    "skill-definition": ",@_.-",
    "skill-profile": ",@_.-",
    "team": "&,@._-()/;!*#'\"+=<>[]%",
    "queue": "&_.-",
    "outdial-queue": "&_.-",
    "entry-point": "&_-",
    "outdial-entry-point": "&_-",
    "address-book": "._-",
    "outdial-ani": "._-",
    "desktop-profile": "._-()",
    "user-profile": ",_-",
}
FIRST_LETTER: Final = {"skill-definition", "entry-point", "outdial-entry-point"}
_ALL_MARKS: Final = "&,@._-()/;!*#'\"+=<>[]%|:"
_SCRIPTS: Final = ("Ž", "Žluťoučký kůň 007", "Équipe à l heure", "日本語", "Служба", "नमस्ते", "مركز", "ß" * 80)


def _names(slug: str) -> Rule:
    marks = MARKS[slug]
    good = [*_SCRIPTS, *(f"a{mark}b" for mark in marks)]
    bad = ["x" * 81, "a\tb", "a\nb", *(f"a{mark}b" for mark in _ALL_MARKS if mark not in marks)]
    (bad if slug in FIRST_LETTER else good).append("1st")
    if slug != "team":
        bad += ["a\N{NO-BREAK SPACE}b", "a\N{EM DASH}b", "a\N{GRINNING FACE}"]
    return Rule(slug, "Name", good, bad)


# --- Numbers -----------------------------------------------------------------------------------------------------


def _numbers(slug: str, title: str, low: int, high: int, **beside: str) -> Rule:
    good = [str(low), str(high), f"0{high}"]
    bad = [str(low - 1), str(high + 1), "x", "1.5", "1e1", "1 0", "٣", "99999999999999999999"]
    cells = {name.replace("_", " "): text for name, text in beside.items()}
    also = "Service Level Threshold" if title == "Max Time In Queue" else ""
    return Rule(slug, title, good, bad, cells, {f"0{high}": str(high)}, also)


_WEEK: Final = 604_800
_NUMBERS: Final = (
    _numbers("multimedia-profile", "Voice", 0, 1),
    *(_numbers("multimedia-profile", title, 0, 500) for title in ("Chat", "Email", "Social")),
    _numbers("skill-definition", "Service Level Threshold", 0, 86_400),
    _numbers("team", "Capacity", 1, 10_000, Type="CAPACITY", DN="123"),
    *(
        _numbers(slug, title, 1, _WEEK, **beside)
        for slug in ("queue", "outdial-queue")
        for title, beside in (
            ("Max Time In Queue", {"Service_Level_Threshold": "1"}),
            ("Service Level Threshold", {"Max_Time_In_Queue": str(_WEEK)}),
        )
    ),
    *(_numbers(slug, "Recording Pause Duration", 1, 3600) for slug in ("queue", "outdial-queue")),
    *(_numbers(slug, "Service Level Threshold", 1, _WEEK) for slug in ("entry-point", "outdial-entry-point")),
    _numbers("desktop-profile", "Auto Wrap Up Time", 1, 3600),
)

# --- Texts -------------------------------------------------------------------------------------------------------


def _text(slug: str, title: str, most: int, *, lines: bool = False) -> Rule:
    odd = "=1+1 'quoted' \"twice\", ; | \N{GRINNING FACE} [CLEAR] ا"
    good = ["x", "ž" * most, odd[:most], "'=x", "-"]
    bad = ["x" * (most + 1)]
    (good if lines else bad).append("one\ntwo")
    return Rule(slug, title, good, bad, written={"'=x": "=x"})


def _list(slug: str, title: str, each: int) -> Rule:
    good = ["x", "ž" * each, "one|two|three", " one | two ", "=x|y", "a,b;c"]
    bad = ["x" * (each + 1), "one||two", "|one", "one|", "|", f"one|{'x' * (each + 1)}", "a\nb"]
    return Rule(slug, title, good, bad, written={" one | two ": "one|two"})


_TEXTS: Final = (
    *(_text(slug, "Description", 255, lines=True) for slug in TABLES if "Description" in COLUMNS[slug]),
    _text("skill-definition", "Outbound Script", 2000, lines=True),
    _text("team", "Desktop Layout", 80),
    _text("entry-point", "Asset Name", 80),
    _text("user", "External Id", 80),
    _text("user", "First Name", 150),
    _text("user", "Last Name", 150),
    _list("skill-definition", "List Values For Enum", 20),
    *(_list("desktop-profile", title, 80) for title in ("Dial Plan", "Validation Criteria", "Agent Threshold Alerts")),
)

# --- Choices -----------------------------------------------------------------------------------------------------


def _choice(slug: str, title: str, values: str, beside: Row | None = None) -> Rule:
    """Case does not matter, nor whether words are joined by spaces or underscores."""
    good = values.split("|")
    spelt = {one.lower().replace("_", " "): one for one in good} | {one.title().replace(" ", "_"): one for one in good}
    bad = ["OTHER", f"{good[0]}X", f"{good[0]}|{good[0]}", "0"]
    return Rule(slug, title, [*good, *(text for text in spelt if text not in good)], bad, beside or {}, spelt)


def _switch(slug: str, title: str, beside: Row | None = None) -> Rule:
    spelt = {**dict.fromkeys(("ON", "on", "On", "Yes", "yes", "YES", "True", "true", "TRUE"), "ON")}
    spelt |= {**dict.fromkeys(("OFF", "off", "Off", "No", "no", "NO", "False", "false", "FALSE"), "OFF")}
    return Rule(slug, title, list(spelt), ["1", "0", "maybe", "Y", "ON|OFF", "ANO"], beside or {}, spelt)


_LONGEST: Final = "LONGEST_AVAILABLE_AGENT"
_CHOICES: Final = (
    _choice("multimedia-profile", "Type", "BLENDED|BLENDED_REALTIME|EXCLUSIVE", {"Voice": "1", "Chat": "1"}),
    _choice("work-type", "Type", "IDLE_CODE|WRAP_UP_CODE"),
    _choice("skill-definition", "Type", "TEXT|PROFICIENCY|BOOLEAN", {"List Values For Enum": ""}),
    _choice("team", "Type", "AGENT", {"Multimedia Profile": "", "Skill Profile": "", "Desktop Layout": ""}),
    _choice("queue", "Routing Type", _LONGEST, {"Skill-Based Agent Selection": ""}),
    _choice("queue", "Skill-Based Agent Selection", f"{_LONGEST}|BEST_AVAILABLE_AGENT"),
    _choice("outdial-queue", "Routing Type", _LONGEST),
    _choice(
        "entry-point",
        "Social Channel Type",
        "SMS|WHATSAPP|FACEBOOK MESSENGER|APPLE_BUSINESS_CHAT|GOOGLE_BUSINESS_MESSAGES",
    ),
    _choice("entry-point", "Channel Type", "CHAT|EMAIL", {"Social Channel Type": ""}),
    _choice("desktop-profile", "DN Validation Option", "UNRESTRICTED|PROVISIONED VALUE", {"Validation Criteria": ""}),
    _choice("desktop-profile", "Wrap Up Type", "MANUAL", {"Auto Wrap Up Time": ""}),
    *(
        _choice("desktop-profile", option, values, {cells: ""})
        for option, values, cells in (
            ("Wrap Up Options", "ALL", "Wrap Up Codes"),
            ("Idle Options", "ALL", "Idle Codes"),
            ("Transfer Options", "ALL|NONE", "Transfer Targets"),
            ("Buddy Team Option", "ALL|NONE", "Buddy Teams"),
            ("Queue Statistics Option", "ALL|NONE", "Selected Queues"),
            ("Team Statistics Option", "ALL|NONE", "Selected Teams"),
        )
    ),
    _choice(
        "user-profile",
        "Profile Type",
        "ADMINISTRATOR|ADMINISTRATOR_ONLY|SUPERVISOR|PREMIUM_AGENT|STANDARD_AGENT",
    ),
    *(_choice("user-profile", title, "NONE|VIEW|EDIT") for title in MODULES),
)
_OF_CALLS: Final = ("Permit Monitoring", "Permit Recording", "Record All Calls")
_SWITCHES: Final = (
    _switch("auxiliary-code", "Paid"),
    _switch("skill-definition", "Outbound"),
    *(_switch(slug, title) for slug in ("queue", "outdial-queue") for title in _OF_CALLS),
    *(
        _switch(slug, "Pause or Resume Enabled", {"Recording Pause Duration": ""})
        for slug in ("queue", "outdial-queue")
    ),
    *(
        _switch("desktop-profile", title)
        for title in (
            "Screen Popups",
            "Last Agent Routing",
            "Agent Available After Outdial",
            "Allow Auto Wrap Up Extension",
            "Consult To Queue",
            "Agent Statistics",
            "Logged In Team Statistics",
        )
    ),
)

# --- Others ------------------------------------------------------------------------------------------------------

_PHONES: Final = (
    ["12", "+420 800 123 456", "(02) 1.2-3/4", "1" * 20],
    ["abc", "1", "+", "1" * 21, "12x", "٣٤", "1\t2"],
)
_ZONES: Final = (
    ["Europe/Prague", "UTC", "America/Argentina/Ushuaia", "Asia/Kolkata"],
    ["Praha", "+01:00", "localtime", "CEST2"],
)
_OTHERS: Final = (
    *(Rule(slug, "Timezone", *_ZONES) for slug in ("queue", "outdial-queue", "entry-point", "outdial-entry-point")),
    Rule("team", "DN", *_PHONES, {"Type": "CAPACITY", "Capacity": "1"}),
    Rule("user", "Default DN", *_PHONES),
    Rule(
        "entry-point-mapping",
        "Dialed Number",
        ["2", "+2", "2.-", "+12.34-56", "1" * 20],
        ["+", "-1", ".1", "1 2", "(1)", "1" * 21, "++1", "1+", "٣", "a"],
    ),
    Rule(
        "entry-point-mapping",
        "Region",
        ["CZ", "fr", "Default", "default", "US"],
        ["CZE", "X", "ZZ", "Europe", "C1"],
        written={"fr": "FR", "default": "Default"},
    ),
    Rule(
        "user",
        "Email",
        ["a@example.com", "O'Neil+tag@sub.example.co.uk", f"{'x' * 64}@{'y' * 61}.{'z' * 61}.{'w' * 60}.com"],
        [
            "a",
            "a@",
            "@example.com",
            "a b@example.com",
            "a@b@c.com",
            f"{'x' * 64}@{'y' * 61}.{'z' * 61}.{'w' * 61}.comm",
        ],
    ),
)

RULES: Final = (*map(_names, MARKS), *_NUMBERS, *_TEXTS, *_CHOICES, *_SWITCHES, *_OTHERS)
