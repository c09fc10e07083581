"""Objects of every kind with values made up by hypothesis: whatever the services take."""

from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import strategies as st

from contactcenter.directory.catalog import Column, Kind, ObjectType, object_type
from contactcenter.directory.models import (
    AuxiliaryCode,
    DistributionGroup,
    InboundEntryPoint,
    MultimediaProfile,
    ProfileSkill,
    SkillDefinition,
    Team,
    User,
)
from contactcenter.directory.models.base import time_zone_names
from contactcenter.directory.services import save_object, save_user
from contactcenter.lib.actors import SYSTEM

_LETTERS = st.characters(categories=["L", "N"])
_LINE = st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"])
_LINES = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
# What files give a meaning to, first of all.
_SPECIAL = st.sampled_from(
    ["=1+1", "@x", "+x", "-", "-1", "'=x", "'x", "'", '"', '","', ";", "[CLEAR]", "'[CLEAR]", "NONE", "ON"]
)


def _stripped(alphabet: st.SearchStrategy[str], most: int, least: int = 0) -> st.SearchStrategy[str]:
    texts = st.text(alphabet, min_size=least, max_size=most).map(str.strip)
    return st.one_of(texts, _SPECIAL).filter(lambda text: least <= len(text) <= most)


def _name(marks: str, first: st.SearchStrategy[str] = _LETTERS) -> st.SearchStrategy[str]:
    rest = st.text(st.one_of(_LETTERS, st.sampled_from(f" {marks}")), max_size=30)
    return st.tuples(first, rest).map(lambda parts: "".join(parts).strip())


_PHONE = st.from_regex(r"\A\+?[0-9 ()./\-]{0,8}[0-9]{2,9}\Z").map(str.strip)
_SIP = st.from_regex(r"\Asips?:[a-z0-9.\-+]{1,20}@[a-z0-9.\-]{1,20}(:[0-9]{1,5})?\Z")
_SHORT_LINE = _stripped(_LINE, 80, 1)

# By the field's name; of some fields only in one model.
_TEXTS: Mapping[str, st.SearchStrategy[Any]] = {
    "description": _stripped(_LINES, 255),
    "outbound_script": _stripped(_LINES, 2000),
    "timezone": st.sampled_from(sorted(time_zone_names())),
    "dn": _PHONE,
    "default_dn": _PHONE,
    "dialed_number": st.from_regex(r"\A\+?[0-9][0-9.\-]{0,18}\Z"),
    "region": st.sampled_from(["CZ", "FR", "Default"]),
    "phone_number": st.from_regex(r"\A[0-9()+\- ]{0,9}[0-9][0-9()+\- ]{0,9}\Z").map(str.strip),
    "entry_number": st.one_of(_PHONE, _SIP),
    "entry_name": _name("._-"),
    "distribution_group": _SHORT_LINE,
    "email": st.from_regex(r"\A[a-zA-Z0-9'+_.-]{0,20}[a-z0-9]@[a-z0-9]{1,10}\.(com|org)\Z").filter(
        lambda text: ".." not in text and not text.startswith(".")
    ),
}
_NAMES: Mapping[str, st.SearchStrategy[str]] = {
    "multimedia-profile": _name("._-"),
    "site": _name("-_"),
    "work-type": _name("._-"),
    "auxiliary-code": _name("._)/(-"),
    "skill-definition": _name(",@_.-", st.characters(categories=["L"])),
    "skill-profile": _name(",@_.-"),
    "team": _stripped(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters="|:"), 40, 1),
    "queue": _name("&_.-"),
    "outdial-queue": _name("&_.-"),
    "entry-point": _name("&_-", st.characters(categories=["L"])),
    "outdial-entry-point": _name("&_-", st.characters(categories=["L"])),
    "address-book": _name("._-").filter(lambda text: text.casefold() != "none"),
    "outdial-ani": _name("._-"),
    "desktop-profile": _name("._-()"),
    "user-profile": _name(",_-"),
}


def objects(slug: str) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Return lists of values by field, for a few objects whose keys differ."""
    found = object_type(slug)
    assert found is not None
    return st.lists(st.fixed_dictionaries(_fields(found)), min_size=1, max_size=5).map(
        lambda some: _distinct(found, some)
    )


def _distinct(found: ObjectType, some: list[dict[str, Any]]) -> list[dict[str, Any]]:
    by_key: dict[Any, dict[str, Any]] = {}
    for values in some:
        by_key.setdefault(found.model(**{found.key[0]: values[found.key[0]]}).key, values)
    return list(by_key.values())


def _fields(found: ObjectType) -> dict[str, st.SearchStrategy[Any]]:
    fields = {column.field: _values(found, column) for column in found.columns}
    if found.children is not None:
        children = {column.field: _values(found, column) for column in found.children.columns}
        fields[found.children.name] = st.lists(st.fixed_dictionaries(children), max_size=4)
    return fields


def _values(found: ObjectType, column: Column) -> st.SearchStrategy[Any]:
    field = column.model_field
    if column.field == "name":
        return _NAMES[found.slug]
    if column.kind is Kind.TEXT and column.field in _TEXTS:
        return _TEXTS[column.field]
    match column.kind:
        case Kind.SWITCH:
            return st.booleans()
        case Kind.CHOICE:
            return st.sampled_from([value for value, _label in field.choices])
        case Kind.INTEGER:
            limits = {type(one).__name__: one.limit_value for one in field.validators}
            low, high = limits.get("MinValueValidator", 0), min(limits.get("MaxValueValidator", 9), 604_800)
            return st.integers(int(low), int(high))
        case Kind.TEXTS:
            each = _stripped(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters="|"), 20, 1)
            return st.lists(each, min_size=1, max_size=4, unique_by=str.casefold)
        case Kind.REFERENCE | Kind.REFERENCES:
            return st.integers(0, 1_000)  # chooses among those there are
        case _:
            return _stripped(_LINE, min(field.max_length, 60))


# --- Storing them ------------------------------------------------------------------------------------------------


def create(slug: str, values: dict[str, Any]) -> Any:
    """Store one object by the service that pages and the API use."""
    found = object_type(slug)
    assert found is not None
    if slug in _FITTING:
        _FITTING[slug](values)
    instance, links = found.model(), {}
    for column in found.columns:
        value = values[column.field]
        if column.kind is Kind.REFERENCE:
            value = _one_of(column, value)
        if column.kind is Kind.REFERENCES:
            links[column.field] = _some_of(column, value)
        else:
            setattr(instance, column.field, value)
    if found.children is not None:
        links[found.children.name] = _children(slug, instance, values[found.children.name])
    if isinstance(instance, User):
        return save_user(instance, teams=_fitting_teams(instance), actor=SYSTEM)
    return save_object(instance, links=links)


def _known(column: Column) -> list[Any]:
    rows = column.model_field.related_model.objects.order_by("key")
    if column.field == "entry_point":
        rows = InboundEntryPoint.objects.filter(channel_type="TELEPHONY").order_by("key")
    if column.field in {"idle_codes", "wrap_up_codes"}:
        rows = AuxiliaryCode.objects.filter(kind="IDLE_CODE" if column.field == "idle_codes" else "WRAP_UP_CODE")
    return list(rows)


def _one_of(column: Column, number: int) -> Any:
    known = _known(column)
    optional = column.model_field.null and column.condition is None
    return None if optional and number % 3 == 0 else known[number % len(known)]


def _some_of(column: Column, number: int) -> list[Any]:
    known = _known(column)
    first = number % len(known)
    return known[first : first + 1 + number % 3]


def _children(slug: str, parent: Any, rows: list[dict[str, Any]]) -> list[Any]:
    if slug == "skill-profile":
        return _skills(rows)
    if slug in {"queue", "outdial-queue"}:
        campaign_only = slug == "outdial-queue" and not parent.outbound_campaign
        return [] if campaign_only else _groups(rows)
    children = object_type(slug).children  # type: ignore[union-attr]
    assert children is not None
    entries = {children.key_of(one): one for one in (children.model(**row) for row in rows)}
    return list(entries.values())


def _skills(rows: list[dict[str, Any]]) -> list[ProfileSkill]:
    known = list(SkillDefinition.objects.order_by("key"))
    chosen = {known[row["skill"] % len(known)]: row["skill_value"] for row in rows} or {known[0]: "x"}
    return [ProfileSkill(skill=skill, skill_value=_skill_value(skill, text)) for skill, text in chosen.items()]


def _skill_value(skill: SkillDefinition, text: str) -> str:
    if skill.type == skill.Type.PROFICIENCY:
        return str(len(text) % 11)
    if skill.type == skill.Type.BOOLEAN:
        return str(len(text) % 2 == 0)
    if skill.type == skill.Type.ENUM:
        return "|".join(skill.list_values_for_enum[: 1 + len(text) % 3])
    return text or "x"


def _groups(rows: list[dict[str, Any]]) -> list[DistributionGroup]:
    by_label = {row["distribution_group"].casefold(): row for row in rows}
    teams = list(Team.objects.order_by("pk"))
    groups = []
    for place, row in enumerate(by_label.values(), start=1):
        after = None if place == 1 else row["group_fallback_time"]
        group = DistributionGroup(
            distribution_group=row["distribution_group"], distribution_group_seq=place, group_fallback_time=after
        )
        first = row["group_teams"] % len(teams)
        group.chosen = {"group_teams": teams[first : first + 2]}
        groups.append(group)
    return groups


def _fitting_teams(user: User) -> list[Team]:
    return list(Team.objects.filter(site=user.site, type="AGENT").order_by("-pk"))


# --- Values that have to fit together ----------------------------------------------------------------------------


def _units(values: dict[str, Any]) -> None:
    if values["type"] == MultimediaProfile.Type.BLENDED_REALTIME:
        values |= {"voice": 1, "chat": values["chat"] % 5 + 1}
    if values["type"] == MultimediaProfile.Type.EXCLUSIVE:
        values |= {name: values[name] % 2 for name in ("voice", "chat", "email", "social")}


def _threshold(values: dict[str, Any]) -> None:
    longest = max(values["max_time_in_queue"], values["service_level_threshold"])
    values["max_time_in_queue"] = longest
    if "skill_based_agent_selection" not in values:
        values["routing_type"] = "LONGEST_AVAILABLE_AGENT"


def _no_default(values: dict[str, Any]) -> None:
    values["is_default"] = False  # the service of its own moves defaults


_FITTING: Mapping[str, Callable[[dict[str, Any]], None]] = {
    "multimedia-profile": _units,
    "queue": _threshold,
    "outdial-queue": _threshold,
    "auxiliary-code": _no_default,
}
