"""The reference of all columns as Markdown, made from the catalog and the models."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.validators import RegexValidator
from django.utils import translation
from django.utils.text import capfirst

from bulkops.sounds import AUDIO
from contactcenter.directory.catalog import DELETE, OBJECT_TYPES, Column, Kind, Need, ObjectType
from contactcenter.directory.models import OutdialQueue, Team
from contactcenter.directory.models.base import NameValidator, validate_phone, validate_time_zone
from contactcenter.directory.models.conditions import Only, conditions_of, default_of
from contactcenter.directory.models.numbers import validate_number_or_sip
from contactcenter.directory.models.regions import validate_region
from contactcenter.lib.wav import MAX_WAV_BYTES

_NEEDS = {Need.MANDATORY: "always", Need.OPTIONAL: "no", Need.CONDITIONAL: "conditional"}
_VALUES: Mapping[str, str] = {  # which rules decide, not the field
    "distribution_group_seq": "1, 2, 3 … without gaps",
    "skill_value": "as the type of the skill says",
}
_VALIDATED: tuple[tuple[object, str], ...] = (
    (validate_phone, "2–20 digits, with `+ ( ) . / -` and spaces between them"),
    (validate_number_or_sip, "a phone number, or a SIP URI such as `sip:care@example.com`"),
    (validate_time_zone, "an IANA time zone such as `Europe/Prague`"),
    (validate_region, "the two letters of a country, such as `CZ`, or `Default`"),
)
# Rules that join several columns, which no single one can tell.
_RULES: Mapping[str, tuple[str, ...]] = {
    "multimedia-profile": (
        "`BLENDED_REALTIME` needs Voice 1 and Chat 1–5.",
        "`EXCLUSIVE` gives work on one channel at a time: every value is 0 or 1.",
    ),
    "work-type": ("The type stays as it is once auxiliary codes use the work type.",),
    "auxiliary-code": (
        "The work type decides whether it is an idle or a wrap-up code.",
        "One code of each of the two kinds is the default: `ON` takes it from the code that had it, and the report of"
        " the operation says so.",
    ),
    "skill-definition": ("Values that skill profiles use cannot leave the list.",),
    "skill-profile": (
        "A profile has at least one skill, and each skill once.",
        "The value is as the type of the skill says: `PROFICIENCY` 0–10, `BOOLEAN` True or False, `ENUM` values of the"
        " definition joined by `|`, `TEXT` 1–100 characters.",
    ),
    "team": (
        "Two sites may have teams of the same name. Elsewhere such a team is written `Team: Site`, so that names have"
        " neither `:` nor `|`.",
    ),
    "queue": (
        "Queues and outdial queues share their names.",
        "Service Level Threshold is not longer than Max Time In Queue.",
        "Recording Pause Duration is 10 where it counts and is left blank.",
        "The first group has no Group Fallback Time, all others need one.",
    ),
    "outdial-queue": (
        "Queues and outdial queues share their names.",
        "Service Level Threshold is not longer than Max Time In Queue.",
        "Calls go to the longest available agent: Routing Type is `LONGEST_AVAILABLE_AGENT`, or blank.",
        "Recording Pause Duration is 10 where it counts and is left blank.",
        "The first group has no Group Fallback Time, all others need one.",
    ),
    "entry-point": ("Entry points and outdial entry points share their names.",),
    "outdial-entry-point": ("Entry points and outdial entry points share their names.",),
    "entry-point-mapping": ("The entry point takes calls: its Channel Type is `TELEPHONY`.",),
    "desktop-profile": (
        "Idle Codes are idle codes, and Wrap Up Codes are wrap-up codes.",
        "`NONE` as the Address Book means that there is none.",
    ),
    "user-profile": (
        "The profile type gives the role: `ADMINISTRATOR` and `ADMINISTRATOR_ONLY` administrator, `SUPERVISOR`"
        " supervisor, the others agent. Modules only narrow what a role may do.",
        "Teams are those that a supervisor sees and steers.",
    ),
    "user": (
        "An unknown e-mail creates a user without a password, who can be invited from the console. Without names, they"
        " are taken from the e-mail.",
        "With Contact Center Enabled, agents and supervisors need a site, and agents at least one team.",
        "Teams are agent teams of the user's site. Whoever has teams has a desktop profile.",
        "The last administrator who may change the configuration stays one.",
    ),
}


def write_reference(directory: Path, *, check: bool = False) -> list[str]:
    """Write a page for each object. Return the names of the pages that were not up to date before."""
    with translation.override("en"):
        pages = {f"{found.slug}.md": _page(found) for found in OBJECT_TYPES}
    stale = [name for name, text in pages.items() if _present(directory / name) != text]
    for name in () if check else stale:
        (directory / name).write_text(pages[name], encoding="utf-8")
    return stale


def _present(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _page(found: ObjectType) -> str:
    lines = [
        "<!-- Made by `manage.py bulk docs docs/bulk`: change the code, not this page. -->",
        "",
        f"# {capfirst(str(found.label_plural))}",
        "",
        f"Files of `{found.slug}`: {_key_in_words(found)} [How files are written](README.md).",
        "",
        *(_sounds() if found.slug == AUDIO else _table(found)),
    ]
    if rules := _RULES.get(found.slug):
        lines += ["", "## Rules", "", *(f"- {rule}" for rule in rules)]
    return "\n".join([*lines, ""])


def _key_in_words(found: ObjectType) -> str:
    titles = [f"**{column.title}**" for column in found.columns if column.field in found.key]
    return f"the key is {' and '.join(titles)}, whatever the case of the letters."


def _sounds() -> Iterator[str]:
    most = MAX_WAV_BYTES // 2**20
    yield "There is no CSV: the file is a zip of `.wav` files, which may lie in a folder. The name of a file is that of"
    yield "the audio file; where there is one already, it gets the new sound. In a bundle the zip is called"
    yield f"`{AUDIO}*.zip`."
    yield ""
    yield f"Each is a RIFF/WAVE of at most {most} MB, in PCM or G.711 (µ-law or A-law), with 1–8 channels at"
    yield "4,000–192,000 Hz. Its name has up to 80 characters: letters and digits of any script, spaces and `. _ -`."


# --- Columns -----------------------------------------------------------------------------------------------------


def _table(found: ObjectType) -> Iterator[str]:
    yield "| Place | Column | Needed | Values | |"
    yield "|---|---|---|---|---|"
    for number, column in enumerate(found.columns, start=1):
        yield _row(number, column, _NEEDS[column.need], _notes(found, column))
    children = found.children
    if children is None:
        return
    for number, column in enumerate(children.columns, start=len(found.columns) + 1):
        is_key = column.field == children.key
        yield _row(number, column, f"in rows of {children.name}", ["tells them apart"] if is_key else [])
    if not children.replaces_all:
        yield f"| {len(found.titles)} | {DELETE} | no | `Yes`, or blank | |"
    yield ""
    yield from _about_children(found)


def _row(number: int, column: Column, need: str, notes: list[str]) -> str:
    if column.aliases:
        notes = [*notes, f"the title {' or '.join(column.aliases)} is accepted, too"]
    return f"| {number} | {column.title} | {need} | {_values(column)} | {'; '.join(notes)} |"


def _about_children(found: ObjectType) -> Iterator[str]:
    children = found.children
    if children is None:
        return
    only = next((only for only in conditions_of(found.model) if children.name in only.fields), None)
    if only is not None:
        yield f"There are {children.name} only when {only.words(found.model)}."
        yield ""
    yield f"A row with {_joined(children.columns)} filled is about one of the {children.name}."
    yield "Such rows stand directly below the row of the object, or alone where the object exists already. They repeat"
    yield "its key and leave its other cells blank. All rows of one object are applied together, or refused together."
    yield ""
    if children.replaces_all:
        yield f"The {children.name} in a file take the place of all there were; without any, they stay as they are."
    else:
        yield f"What a file does not name stays; `{DELETE}` takes away the one that its row names."


def _joined(columns: tuple[Column, ...]) -> str:
    titles = [column.title for column in columns]
    return f"{', '.join(titles[:-1])} or {titles[-1]}"


def _notes(found: ObjectType, column: Column) -> list[str]:
    notes = []
    if column.field in found.key:
        notes.append("key, on every row")
    if column.is_immutable:
        notes.append("cannot be changed later")
    if (only := column.condition) is not None:
        notes += _condition(found, only)
    if (default := _default(column)) is not None:
        notes.append(f"default `{default}`")
    return notes


def _condition(found: ObjectType, only: Only) -> list[str]:
    fixed = {"channel_type"} if found.model is OutdialQueue else set()  # it is telephony
    left = replace(only, when={name: values for name, values in only.when.items() if name not in fixed})
    if not left.when:
        return ["needed"] if only.mandatory else []
    when = left.words(found.model)
    return [f"needed when {when}, else blank" if only.mandatory else f"only when {when}, else blank"]


def _default(column: Column) -> str | None:
    if column.need is Need.MANDATORY:
        return None
    if column.kind is Kind.SWITCH:
        return "ON" if default_of(column.model, column.field) else "OFF"
    default = default_of(column.model, column.field)
    return str(default) if isinstance(default, str) and default else None


# --- Values ------------------------------------------------------------------------------------------------------


def _values(column: Column) -> str:
    help_text = str(column.model_field.help_text)
    told = _VALUES.get(column.field) or _KINDS[column.kind](column)
    return f"{told} ({help_text})" if help_text else told


def _text(column: Column) -> str:
    field = column.model_field
    told = [words for one in field.validators if (words := _validator_in_words(one))]
    if field.get_internal_type() == "EmailField" or column.field == "email":
        told = ["an e-mail address"]
    length = f"{1 if column.need is Need.MANDATORY else 0}–{field.max_length:,} characters"
    return ": ".join([length, *told]) if told else length


def _validator_in_words(validator: Any) -> str:
    if isinstance(validator, NameValidator):
        first = "; the first is a letter" if validator.first_letter else ""
        return f"letters and digits of any script, spaces and `{' '.join(validator.marks)}`{first}"
    if isinstance(validator, RegexValidator):
        return str(validator.message)[0].lower() + str(validator.message)[1:].rstrip(".")
    return next((words for known, words in _VALIDATED if known is validator), "")


def _integer(column: Column) -> str:
    low, high = column.limits
    return f"{low:,}–{high:,}"


def _choice(column: Column) -> str:
    return ", ".join(f"`{value}`" for value, _label in column.model_field.choices)


def _texts(column: Column) -> str:
    return f"texts of up to {column.model_field.base_field.max_length} characters, joined by `\\|`"


def _reference(column: Column) -> str:
    found = _found(column)
    article = "an" if str(found.label)[0] in "aeiou" and not str(found.label).startswith("user") else "a"
    return f"the name of {article} [{found.label}]({found.slug}.md)"


def _references(column: Column) -> str:
    found = _found(column)
    how = ", each `Team` or `Team: Site`" if found.model is Team else ""
    return f"names of [{found.label_plural}]({found.slug}.md){how}, joined by `\\|`"


def _found(column: Column) -> ObjectType:
    found = column.refers_to
    if found is None:
        raise LookupError(column.title)
    return found


_KINDS: Mapping[Kind, Callable[[Column], str]] = {
    Kind.TEXT: _text,
    Kind.INTEGER: _integer,
    Kind.SWITCH: lambda column: "`ON` or `OFF`",
    Kind.CHOICE: _choice,
    Kind.TEXTS: _texts,
    Kind.REFERENCE: _reference,
    Kind.REFERENCES: _references,
}
