"""Sounds: uploaded, listened to, replaced."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from unfold.widgets import UnfoldAdminFileFieldWidget

from contactcenter.directory.admin.base import DirectoryAdmin, count_column
from contactcenter.directory.admin.forms import DirectoryForm
from contactcenter.directory.audio import save_audio_file
from contactcenter.directory.models import AudioFile, Queue
from contactcenter.lib.errors import Invalid
from contactcenter.lib.ranges import ranged_response
from contactcenter.lib.wav import read_wav


class AudioFileForm(DirectoryForm[AudioFile]):
    content = forms.FileField(
        label=gettext_lazy("Sound"),
        widget=UnfoldAdminFileFieldWidget({"accept": ".wav,audio/wav"}),
        help_text=gettext_lazy("A WAV file with PCM, G.711 µ-law or A-law, of 10 MB at most."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            if "content" in self.fields:
                self.fields["content"].required = False
                self.fields["content"].label = _("Another sound instead")
        elif "name" in self.fields:
            self.fields["name"].required = False
            self.fields["name"].help_text = _("Empty: that of the file.")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        content = values.get("content")
        if content and not values.get("name") and "name" not in self.errors:
            values["name"] = content.name
        if content:
            content.seek(0)
            try:
                read_wav(content, content.name, content.size)
            except Invalid as error:
                self.add_error("content", ValidationError(error.message, code=error.code))
        return values


@admin.register(AudioFile)
class AudioFileAdmin(DirectoryAdmin):
    description = gettext_lazy("Sounds that callers hear while they wait in a queue.")
    form = AudioFileForm
    list_display = (
        "name",
        "player",
        "length",
        "format",
        "kilobytes",
        count_column("queue_count", gettext_lazy("queues"), Queue, "default_music_in_queue"),
    )
    list_filter = ("encoding",)
    readonly_fields = ("player", "length", "format", "kilobytes")
    fieldsets = (
        (None, {"fields": ("name", "content")}),
        (gettext_lazy("The sound"), {"fields": readonly_fields}),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Nothing is known yet about a sound that is not there yet, and who may only look uploads none."""
        about, sound = super().get_fieldsets(request, obj)
        if obj is None:
            return [about]
        return [about, sound] if self.has_change_permission(request, obj) else [(None, {"fields": ("name",)}), sound]

    def write(self, request: HttpRequest, obj: Any, form: Any, *, change: bool) -> None:
        content = form.cleaned_data["content"]
        if content:
            save_audio_file(obj, content, content.size)
        else:
            super().write(request, obj, form, change=change)

    # --- Listening -----------------------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_safe(self.sound))
        return [path("<int:pk>/sound/", view, name="directory_audiofile_sound"), *super().get_urls()]

    def sound(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        audio = self.get_object(request, str(pk))
        if not self.has_view_permission(request, audio):
            raise PermissionDenied
        if audio is None:
            raise Http404
        try:
            file = audio.file.open("rb")
        except FileNotFoundError as error:
            raise Http404 from error
        return ranged_response(request, file, size=audio.size, etag=f'"{audio.sha256}"', content_type="audio/wav")

    @admin.display(description=gettext_lazy("listen"))
    def player(self, audio: AudioFile) -> str:
        return format_html(
            '<audio controls preload="none" aria-label="{}" src="{}?v={}"></audio>',
            audio.name,
            self.url_of(audio, "sound"),
            audio.sha256[:12],
        )

    @admin.display(description=gettext_lazy("length"), ordering="seconds")
    def length(self, audio: AudioFile) -> str:
        minutes, seconds = divmod(round(audio.seconds), 60)
        return f"{minutes}:{seconds:02}" if audio.seconds >= 1 else f"{audio.seconds:.1f}\u00a0s"

    @admin.display(description=gettext_lazy("format"), ordering="encoding")
    def format(self, audio: AudioFile) -> str:
        channels = {1: _("mono"), 2: _("stereo")}.get(audio.channels) or _("%d channels") % audio.channels
        text = _("%(encoding)s, %(bits)d bits, %(rate)d Hz, %(channels)s")
        known = {"encoding": audio.get_encoding_display(), "bits": audio.bits, "rate": audio.rate}
        return text % {**known, "channels": channels}

    @admin.display(description=gettext_lazy("size"), ordering="size")
    def kilobytes(self, audio: AudioFile) -> str:
        return _("%d kB") % max(1, round(audio.size / 1024))
