"""Reading what a sound file says of itself."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Literal, NamedTuple

from django.utils.translation import gettext as _

from contactcenter.lib.errors import Invalid
from contactcenter.lib.signatures import kind_of
from contactcenter.lib.text import megabytes

MAX_WAV_BYTES = 10 * 1024 * 1024

Encoding = Literal["PCM", "G.711 µ-law", "G.711 A-law"]

_PCM = 1
_ENCODINGS: dict[int, Encoding] = {_PCM: "PCM", 6: "G.711 A-law", 7: "G.711 µ-law"}
_OTHERS = {2: "Microsoft ADPCM", 3: "IEEE float", 17: "IMA ADPCM", 49: "GSM 6.10", 80: "MPEG", 85: "MP3"}
_EXTENSIBLE = 0xFFFE
_EXTENDED_SIZE = 40
_EXTENDED_CODE = slice(24, 26)
_EXTENDED_REST = bytes.fromhex("000000001000800000aa00389b71")  # follows the code of every ordinary format
_RATES = range(4_000, 192_001)
_CHANNELS = range(1, 9)
_MOST_CHUNKS = 1_000
_BLOCK = 64 * 1024


@dataclass(frozen=True)
class WavInfo:
    encoding: Encoding
    channels: int
    rate: int
    bits: int
    seconds: float


class _Format(NamedTuple):
    code: int
    channels: int
    rate: int
    bytes_per_second: int
    bytes_per_frame: int
    bits: int


def read_wav(stream: BinaryIO, name: str, size: int) -> WavInfo:
    """Read to the end of the sound, without going back in the stream."""
    if size > MAX_WAV_BYTES:
        message = _("“%(name)s” has %(size)s MB, and a sound file may have %(most)s MB. Shorten it.")
        sizes = {"name": name, "size": megabytes(size), "most": megabytes(MAX_WAV_BYTES)}
        raise Invalid(message % sizes, code="too_large")
    _check_beginning(stream.read(12), name)
    sound_format: _Format | None = None
    sound_size: int | None = None
    for kind, length, body in _chunks(stream, name):
        if kind == b"fmt ":
            sound_format = _format(body, name)
        elif kind == b"data":
            sound_size = length
        if sound_format is not None and sound_size is not None:
            return _info(sound_format, sound_size, name)
    raise _damaged(name)


def _check_beginning(head: bytes, name: str) -> None:
    if head[:4] == b"RIFF" and head[8:] == b"WAVE":
        return
    if kind := kind_of(head):
        message = _("“%(name)s” is %(kind)s, not a WAV file. Convert it.") % {"name": name, "kind": kind}
    elif head:
        message = _("“%(name)s” is not a WAV file.") % {"name": name}
    else:
        raise _empty(name)
    raise Invalid(message, code="not_wav")


def _chunks(stream: BinaryIO, name: str) -> Iterator[tuple[bytes, int, bytes]]:
    """Give the kind, the size and the beginning of each chunk."""
    for _place in range(_MOST_CHUNKS):
        head = stream.read(8)
        if len(head) < 8:
            return
        kind, length = struct.unpack("<4sI", head)
        body = stream.read(min(length, _EXTENDED_SIZE))
        if len(body) + _skip(stream, length - len(body)) < length:
            raise _damaged(name)
        stream.read(length % 2)  # chunks begin at even places
        yield kind, length, body


def _skip(stream: BinaryIO, count: int) -> int:
    left = count
    while left and (block := stream.read(min(left, _BLOCK))):
        left -= len(block)
    return count - left


def _format(body: bytes, name: str) -> _Format:
    if len(body) < 16:
        raise _damaged(name)
    found = _Format(*struct.unpack("<HHIIHH", body[:16]))
    if found.code == _EXTENSIBLE and body[_EXTENDED_CODE.stop :] == _EXTENDED_REST:
        return found._replace(code=int.from_bytes(body[_EXTENDED_CODE], "little"))
    return found


def _info(found: _Format, size: int, name: str) -> WavInfo:
    encoding = _ENCODINGS.get(found.code)
    if encoding is None:
        code = f"0x{found.code:04X}"
        other = f"{_OTHERS[found.code]} ({code})" if found.code in _OTHERS else code
        message = _("“%(name)s” has sound in the format %(format)s. Convert it to PCM or G.711.")
        raise Invalid(message % {"name": name, "format": other}, code="sound_format")
    if found.channels not in _CHANNELS or found.rate not in _RATES or not _has_fitting_bits(found):
        message = _("“%(name)s” is damaged: it claims %(channels)d channels with %(rate)d samples of %(bits)d bits.")
        claims = {"name": name, "channels": found.channels, "rate": found.rate, "bits": found.bits}
        raise Invalid(message % claims, code="damaged")
    if size < found.bytes_per_frame:
        raise _empty(name)
    seconds = size / (found.rate * found.bytes_per_frame)
    return WavInfo(encoding, found.channels, found.rate, found.bits, seconds)


def _has_fitting_bits(found: _Format) -> bool:
    possible = (8, 16, 24, 32) if found.code == _PCM else (8,)
    return found.bits in possible and found.bytes_per_frame * 8 == found.channels * found.bits


def _damaged(name: str) -> Invalid:
    return Invalid(
        _("“%(name)s” is damaged: it is cut off, or parts of it are missing.") % {"name": name}, code="damaged"
    )


def _empty(name: str) -> Invalid:
    return Invalid(_("There is no sound in “%(name)s”.") % {"name": name}, code="empty")
