"""From a checked body to a stored object: what it names is found, what its rules refuse is told in the API's names."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import IntegrityError, transaction
from rest_framework.exceptions import ErrorDetail, ValidationError

from contactcenter.directory import services
from contactcenter.directory.api.serializers import columns_of
from contactcenter.directory.audio import save_audio_file
from contactcenter.directory.catalog import Children, Column, Kind, ObjectType
from contactcenter.directory.models import AudioFile, AuxiliaryCode, User, UserProfile
from contactcenter.directory.models.conditions import clear_what_does_not_count, default_of, is_empty
from contactcenter.lib.actors import Actor
from contactcenter.lib.errors import Invalid, NotFound

Given = Mapping[str, Any]
Links = dict[str, list[Any]]


def create(object_type: ObjectType, given: Given, *, actor: Actor) -> int:
    """Store a new object; return its id."""
    return _write(object_type, object_type.model, given, actor)


def change(object_type: ObjectType, rows: Any, pk: int, given: Given, *, actor: Actor) -> None:
    """Change what is given; of two who change an object at once neither undoes what the other did."""

    def locked() -> Any:
        if object_type.model in {User, UserProfile}:
            services.lock_administrators()
        found = rows.select_for_update(of=("self",), no_key=True).filter(pk=pk).first()
        if found is None:
            raise NotFound
        return found

    _write(object_type, locked, given, actor)


def delete(instance: Any, *, actor: Actor) -> None:
    if isinstance(instance, User):
        services.delete_user(instance, actor=actor)
    else:
        services.delete_object(instance)


def _write(object_type: ObjectType, take: Callable[[], Any], given: Given, actor: Actor) -> int:
    try:
        return _write_once(object_type, take, given, actor)
    except IntegrityError:  # what somebody else did in the meantime is seen now, and reported
        return _write_once(object_type, take, given, actor)


@transaction.atomic
def _write_once(object_type: ObjectType, take: Callable[[], Any], given: Given, actor: Actor) -> int:
    instance = take()
    with _in_names_of_the_api(object_type):
        links = _fill(object_type, instance, given)
        _refuse_what_does_not_count(object_type, instance, links, given)
        return _save(instance, links, given, actor)


def _save(instance: Any, links: Links, given: Given, actor: Actor) -> int:
    match instance:
        case User():
            _save_user(instance, links, actor)
        case AuxiliaryCode():
            services.save_auxiliary_code(instance)
        case AudioFile() if "file" in given:
            instance = _save_sound(instance, given["file"])
        case _:
            services.save_object(instance, links=links)
    return int(instance.pk)


def _save_user(user: User, links: Links, actor: Actor) -> None:
    active = user.is_active
    services.save_user(user, teams=links.get("teams"), actor=actor)
    if user.is_active != active:  # of a user there is already it stays as it was
        standing = services.activate_user if active else services.deactivate_user
        standing(user, actor=actor)


def _save_sound(audio: AudioFile, file: Any) -> AudioFile:
    audio.name = audio.name or file.name
    if audio.pk is None:
        audio.validate_constraints()  # another's name is not a wish to replace its sound
    try:
        return save_audio_file(audio, file, file.size)
    except Invalid as error:
        raise ValidationError({"file": ErrorDetail(error.message, error.code)}) from error


# --- What a body names -------------------------------------------------------------------------------------------


def _named(object_type: ObjectType, given: Given) -> Iterator[tuple[str, Column, list[int]]]:
    """Yield every field that refers to other objects, with their ids."""
    children = object_type.children
    yield from _named_in("", object_type.columns, given)
    for number, row in enumerate(given.get(children.name, ()) if children else ()):
        if children is not None:
            yield from _named_in(f"{children.name}.{number}.", children.columns, row)


def _named_in(path: str, columns: tuple[Column, ...], given: Given) -> Iterator[tuple[str, Column, list[int]]]:
    for column in columns:
        if column.refers_to is not None and column.name in given:
            value = given[column.name]
            yield path + column.name, column, value if isinstance(value, list) else [value] if value else []


class _Referenced:
    """The objects that a body names: one statement for each kind of them."""

    def __init__(self, object_type: ObjectType, given: Given) -> None:
        wanted: dict[type[Any], set[int]] = {}
        for _path, column, ids in _named(object_type, given):
            wanted.setdefault(column.model_field.related_model, set()).update(ids)
        self._found = {model: model._default_manager.in_bulk(ids) for model, ids in wanted.items()}
        errors = {
            path: f"There is no {column.model_field.related_model._meta.verbose_name} {', '.join(map(str, unknown))}."
            for path, column, ids in _named(object_type, given)
            if (unknown := sorted(set(ids) - set(self._found[column.model_field.related_model])))
        }
        if errors:
            raise ValidationError(errors)

    def one(self, column: Column, pk: int | None) -> Any:
        return None if pk is None else self._found[column.model_field.related_model][pk]

    def several(self, column: Column, ids: list[int]) -> list[Any]:
        return [self.one(column, pk) for pk in dict.fromkeys(ids)]


# --- Filling the object ------------------------------------------------------------------------------------------


def _fill(object_type: ObjectType, instance: Any, given: Given) -> Links:
    """Put what is given into the object; return what it is to be linked to, and its children."""
    referenced = _Referenced(object_type, given)
    links: Links = {}
    for column in columns_of(object_type):
        if column.name in given:
            _put(instance, links, column, given[column.name], referenced)
    children = object_type.children
    if children is not None and children.name in given:
        links[children.name] = _rows(instance, children, given[children.name], referenced)
    return links


def _put(instance: Any, links: dict[str, Any], column: Column, value: Any, referenced: _Referenced) -> None:
    match column.kind:
        case Kind.REFERENCES:
            links[column.field] = referenced.several(column, value)
        case Kind.REFERENCE:
            setattr(instance, column.field, referenced.one(column, value))
        case _:
            setattr(instance, column.field, value)


def _rows(instance: Any, children: Children, given: list[Given], referenced: _Referenced) -> list[Any]:
    """Return all rows the object is to have; one with an ``id`` is the row there is."""
    present = {row.pk: row for row in getattr(instance, children.name).all()} if instance.pk else {}
    rows: list[Any] = []
    errors = {}
    for number, values in enumerate(given):
        row: Any = present.pop(values["id"], None) if "id" in values else children.model()
        if row is None:
            errors[f"{children.name}.{number}.id"] = "There is no such row in this object, or it stands here twice."
            continue
        row.chosen = {}
        for column in children.columns:
            value = values.get(column.name, default_of(children.model, column.field))
            _put(row, row.chosen, column, value, referenced)
        rows.append(row)
    if errors:
        raise ValidationError(errors)
    return rows


def _refuse_what_does_not_count(object_type: ObjectType, instance: Any, links: Links, given: Given) -> None:
    names = {column.field for column in columns_of(object_type) if column.name in given} | set(links)
    instance.derive()
    said = {name for name in names if not is_empty(instance, name, links)}
    if refused := clear_what_does_not_count(instance, dict(links), given=said):
        raise DjangoValidationError(refused)


# --- Refusals ----------------------------------------------------------------------------------------------------


@contextmanager
def _in_names_of_the_api(object_type: ObjectType) -> Iterator[None]:
    try:
        yield
    except DjangoValidationError as error:
        children = object_type.children
        names = {column.field: column.name for column in columns_of(object_type)}
        rows = {column.field: column.name for column in children.columns} if children else {}
        found = error.update_error_dict({})
        raise DjangoValidationError({_renamed(path, names, rows): errors for path, errors in found.items()}) from error


def _renamed(path: str, names: Mapping[str, str], rows: Mapping[str, str]) -> str:
    """``groups.1.group_teams`` is a row's field, all others are the object's own."""
    owner, _, field = path.rpartition(".")
    return f"{owner}.{rows.get(field, field)}" if owner else names.get(path, path)
