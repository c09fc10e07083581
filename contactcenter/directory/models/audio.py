"""Sounds that queues play."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from contactcenter.directory.models.base import NamedObject, name_field
from contactcenter.directory.models.querysets import DirectoryQuerySet
from contactcenter.lib.audit import audited
from contactcenter.lib.keys import UniqueKey

SUFFIX = ".wav"


@audited()
class AudioFile(NamedObject):
    """A WAV file. Its name is its key; what it holds is stored under its digest and never overwritten."""

    class Encoding(models.TextChoices):
        PCM = "PCM", "PCM"
        ULAW = "G.711 µ-law", "G.711 µ-law"
        ALAW = "G.711 A-law", "G.711 A-law"

    name = name_field("._-")
    file = models.FileField(_("file"), max_length=120)
    sha256 = models.CharField("SHA-256", max_length=64, editable=False)
    size = models.PositiveIntegerField(_("size"), editable=False, help_text=_("Bytes."))
    encoding = models.CharField(_("encoding"), max_length=11, choices=Encoding.choices, editable=False)
    channels = models.PositiveSmallIntegerField(_("channels"), editable=False)
    rate = models.PositiveIntegerField(_("sample rate"), editable=False, help_text=_("Hertz."))
    bits = models.PositiveSmallIntegerField(_("bits"), editable=False)
    seconds = models.FloatField(_("length"), editable=False, help_text=_("Seconds."))

    objects = DirectoryQuerySet.as_manager()

    class Meta(NamedObject.Meta):
        verbose_name = _("audio file")
        verbose_name_plural = _("audio files")
        constraints = [UniqueKey(name="audio_file_name")]

    def clean(self) -> None:
        super().clean()
        if self.name and not (self.name.casefold().endswith(SUFFIX) and self.name[: -len(SUFFIX)].strip()):
            raise ValidationError({"name": gettext("The name of an audio file ends in .wav.")})

    def describe(self, info: Any) -> None:
        """Take over what was found in the file: encoding, channels, rate, bits and seconds."""
        for name in ("encoding", "channels", "rate", "bits", "seconds"):
            setattr(self, name, getattr(info, name))


def stored_as(sha256: str) -> str:
    """Return where in the storage a sound of that digest lies."""
    return f"audio/{sha256[:2]}/{sha256}{SUFFIX}"
