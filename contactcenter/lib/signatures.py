"""What a file is, told by how it begins."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_BEGINNINGS: dict[bytes, Promise] = {
    b"PK\x03\x04": _("a zip archive or an Office document"),
    b"PK\x05\x06": _("an empty zip archive"),
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": _("an Office document"),
    b"\x1f\x8b\x08": _("a gzip archive"),
    b"7z\xbc\xaf\x27\x1c": _("a 7z archive"),
    b"Rar!\x1a\x07": _("a RAR archive"),
    b"%PDF-": _("a PDF document"),
    b"\x89PNG\r\n\x1a\n": _("a PNG image"),
    b"\xff\xd8\xff": _("a JPEG image"),
    b"GIF87a": _("a GIF image"),
    b"GIF89a": _("a GIF image"),
    b"OggS": _("an Ogg sound file"),
    b"fLaC": _("a FLAC sound file"),
    b"ID3": _("an MP3 sound file"),
}


def kind_of(head: bytes) -> str:
    """Name the kind with its article; empty where the first bytes tell none."""
    for beginning, kind in _BEGINNINGS.items():
        if head.startswith(beginning):
            return str(kind)
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return str(_("a WAV sound file"))
    if head[4:8] == b"ftyp":
        return str(_("an MP4 file"))
    # An MP3 without tags: eleven bits set, then the layer. Text with a UTF-16 mark has another layer.
    if head[:1] == b"\xff" and len(head) > 1 and head[1] & 0xE6 == 0xE2:
        return str(_("an MP3 sound file"))
    return ""
