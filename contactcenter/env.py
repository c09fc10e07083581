"""Settings from the environment. A value that cannot be read stops the program with a sentence that names it."""

import contextlib
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

PREFIX = "CONTACTCENTER_"

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off"}


class SettingError(SystemExit):
    """A variable of the environment is missing, misspelled or has a value that cannot be used."""


class Environment:
    """Reads variables and remembers their names, so that misspelled ones can be refused.

    ``X_FILE`` may name a file that holds the value of ``X``; this is how container platforms hand over secrets.
    """

    def __init__(self, source: Mapping[str, str] | None = None) -> None:
        self._source = os.environ if source is None else source
        self._known: set[str] = set()

    def text(self, name: str, default: str = "") -> str:
        self._known |= {name, f"{name}_FILE"}
        value, file = self._source.get(name), self._source.get(f"{name}_FILE")
        if value is not None and file is not None:
            raise SettingError(f"{name} and {name}_FILE are both set: keep one of them.")
        if file is None:
            return default if value is None else value
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise SettingError(f"{name}_FILE={file!r} cannot be read: {error}") from error

    def boolean(self, name: str, *, default: bool) -> bool:
        value = self.text(name).strip().lower()
        if not value:
            return default
        if value not in _TRUE | _FALSE:
            raise SettingError(f"{name}={value!r} is not a switch: use 1 or 0.")
        return value in _TRUE

    def integer(self, name: str, default: int, *, low: int, high: int) -> int:
        value = self.text(name).strip()
        if not value:
            return default
        if not (value.isascii() and value.isdigit() and low <= int(value) <= high):
            raise SettingError(f"{name}={value!r} is not a whole number from {low} to {high}.")
        return int(value)

    def choice(self, name: str, default: str, choices: tuple[str, ...]) -> str:
        value = self.text(name, default).strip() or default
        if value not in choices:
            raise SettingError(f"{name}={value!r} is not one of {', '.join(choices)}.")
        return value

    def words(self, name: str, default: tuple[str, ...] = ()) -> list[str]:
        value = self.text(name)
        return [word.strip() for word in value.split(",") if word.strip()] or list(default)

    def refuse_unknown(self) -> None:
        """Stop when a variable with our prefix was never read: most likely it is misspelled."""
        unknown = sorted(name for name in self._source if name.startswith(PREFIX) and name not in self._known)
        if unknown:
            known = ", ".join(sorted(name for name in self._known if name.startswith(PREFIX)))
            raise SettingError(f"Unknown setting {', '.join(unknown)}. The known ones are: {known}.")


def stored_secret(path: Path) -> str:
    """Return the secret kept in ``path``; the first caller creates it, readable by its owner only."""
    try:
        if not path.exists():
            _create_secret(path)
        return path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise SettingError(f"The data folder {path.parent} cannot be used: {error}. DATA_DIR names another.") from error


def _create_secret(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    candidate = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(candidate, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(64))
    with contextlib.suppress(FileExistsError):  # another process was first: its secret counts
        os.link(candidate, path)
    candidate.unlink()
