"""Sounds made by computing: the same bytes every time, and nobody's rights in them."""

import math
import struct
from collections.abc import Callable, Sequence

from contactcenter.directory.models import AudioFile

RATE = 8000  # samples a second, as telephones have
_LOUDNESS = 9000
_ATTACK = 0.01  # seconds; without it every note begins with a click

Notes = Sequence[tuple[float, float]]  # hertz, seconds


def wav(notes: Notes, encoding: str) -> bytes:
    """Return a RIFF file with the notes one after the other, in one channel."""
    code, bits, encode = _ENCODINGS[encoding]
    sound = encode(_samples(notes))
    count = len(sound) * 8 // bits
    head = struct.pack("<HHIIHHH", code, 1, RATE, RATE * bits // 8, bits // 8, bits, 0)
    chunks = _chunk(b"fmt ", head) + _chunk(b"fact", struct.pack("<I", count)) + _chunk(b"data", sound)
    return _chunk(b"RIFF", b"WAVE" + chunks)


def _chunk(kind: bytes, body: bytes) -> bytes:
    padding = b"\0" * (len(body) % 2)  # the next one begins at an even place
    return kind + struct.pack("<I", len(body)) + body + padding


def _samples(notes: Notes) -> list[int]:
    """Play each note softly: it swells at once and dies away."""
    samples = []
    for hertz, seconds in notes:
        for place in range(round(seconds * RATE)):
            at = place / RATE
            swell = min(1.0, at / _ATTACK) * math.exp(-4 * at / seconds)
            tone = math.sin(math.tau * hertz * at) + 0.25 * math.sin(2 * math.tau * hertz * at)
            samples.append(round(_LOUDNESS * swell * tone))
    return samples


def _pcm(samples: Sequence[int]) -> bytes:
    return struct.pack(f"<{len(samples)}h", *samples)


def _ulaw(samples: Sequence[int]) -> bytes:
    return bytes(map(_ulaw_byte, samples))


def _ulaw_byte(sample: int) -> int:
    """G.711: sign, exponent and mantissa of the sample, all bits turned around."""
    magnitude = min(abs(sample), 32_635) + 132
    exponent = magnitude.bit_length() - 8
    mantissa = magnitude >> (exponent + 3) & 0x0F
    return ~((0x80 if sample < 0 else 0) | exponent << 4 | mantissa) & 0xFF


def _alaw(samples: Sequence[int]) -> bytes:
    return bytes(map(_alaw_byte, samples))


def _alaw_byte(sample: int) -> int:
    """G.711: as for the µ-law, but without its offset, and with every other bit turned around."""
    magnitude = sample if sample >= 0 else -sample - 1
    exponent = max(magnitude.bit_length() - 8, 0)
    mantissa = magnitude >> (max(exponent, 1) + 3) & 0x0F
    return ((0x80 if sample >= 0 else 0) | exponent << 4 | mantissa) ^ 0x55


_ENCODINGS: dict[str, tuple[int, int, Callable[[Sequence[int]], bytes]]] = {
    AudioFile.Encoding.PCM: (1, 16, _pcm),
    AudioFile.Encoding.ALAW: (6, 8, _alaw),
    AudioFile.Encoding.ULAW: (7, 8, _ulaw),
}
