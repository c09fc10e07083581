"""Finding the objects that cells name: one query per kind of object, for all rows of a chunk together."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from bulkops.cells import Name
from contactcenter.directory.catalog import OBJECT_TYPES, ObjectType
from contactcenter.directory.models import Team


class CellError(ValueError):
    """Why a cell cannot be used."""


class References:
    """Objects by their names. ``planned`` are those that a preview would have stored already."""

    def __init__(self, planned: "Planned | None" = None) -> None:
        self._planned = planned
        self._found: dict[str, dict[str, list[Any]]] = {}

    def read(self, wanted: dict[ObjectType, set[str]]) -> None:
        """Look up all the keys; replaces what was found before."""
        self._found = {object_type.slug: self._read(object_type, keys) for object_type, keys in wanted.items()}

    def _read(self, object_type: ObjectType, keys: set[str]) -> dict[str, list[Any]]:
        instances = list(object_type.model.objects.filter(key__any_of=keys).defer("created_at", "updated_at"))
        if object_type.model is Team:
            prefetch_related_objects(instances, "site")  # few sites have many teams
        found: dict[str, list[Any]] = defaultdict(list)
        for instance in instances:
            found[instance.key].append(instance)
        if self._planned is not None:
            self._planned.lay_over(object_type, keys, found)
        return found

    def one(self, object_type: ObjectType, name: Name) -> Any:
        """Return the object of that name. Raises ``CellError`` where there is none, or more than one."""
        found = self._found[object_type.slug].get(name.key, [])
        if name.site:
            found = [team for team in found if team.site.key == name.site]
        if not found:
            message = _("There is no %(label)s “%(name)s”.")
            raise CellError(message % {"label": object_type.label, "name": name.text})
        if len(found) > 1:
            sites = ", ".join(sorted(f"“{team.name}: {team.site}”" for team in found))
            message = _("“%(name)s” is the name of several teams: write %(teams)s.")
            raise CellError(message % {"name": name.text, "teams": sites})
        return found[0]


class Planned:
    """What a preview would have stored: later rows may refer to it."""

    def __init__(self) -> None:
        self._by_key: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
        self._last = 0

    def add(self, object_type: ObjectType, instances: Iterable[Any]) -> None:
        """Take up new and changed objects; new ones get a number that no stored object has."""
        for instance in instances:
            if instance.pk is None:
                self._last -= 1
                instance.pk = self._last
            same = self._by_key[object_type.slug][instance.key]
            same[:] = [other for other in same if other.pk != instance.pk] + [instance]

    def direction_of(self, object_type: ObjectType, key: str) -> str:
        """Return the direction for which a name is taken that the objects of one table share."""
        table = object_type.model._meta.concrete_model
        siblings = [one.slug for one in OBJECT_TYPES if one.model._meta.concrete_model is table]
        taken = [instance for slug in siblings for instance in self._by_key.get(slug, {}).get(key, ())]
        return str(taken[0].direction) if taken else ""

    def lay_over(self, object_type: ObjectType, keys: set[str], found: dict[str, list[Any]]) -> None:
        planned = self._by_key.get(object_type.slug)
        for key in keys if planned else ():
            for instance in planned.get(key, ()) if planned else ():
                found[key] = [other for other in found[key] if other.pk != instance.pk] + [instance]
