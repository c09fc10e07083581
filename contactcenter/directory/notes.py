"""What the apps above say below a field of a form: what its value means right now."""

from collections.abc import Callable
from typing import Any

from django.db.models import Model
from django.forms import ModelForm
from django.utils.html import format_html

Note = Callable[[Any], str]

_notes: dict[tuple[type[Model], str], Note] = {}


def add_note(model: type[Model], field: str, note: Note) -> None:
    """``note`` is given the stored object, and says nothing where there is nothing to say."""
    _notes[model, field] = note


def show_notes(form: ModelForm[Any]) -> None:
    """Put them behind the help texts of a form that changes something."""
    if not form.instance.pk:
        return
    for name, field in form.fields.items():
        note = _notes.get((type(form.instance), name))
        if text := note(form.instance) if note else "":
            field.help_text = format_html("{} <strong>{}</strong>", field.help_text, text)
