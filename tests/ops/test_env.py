"""Settings from the environment: what is wrong is named, nothing is guessed."""

import stat
from pathlib import Path

import pytest

from contactcenter.env import Environment, SettingError, stored_secret


def test_absent_values_fall_back() -> None:
    env = Environment({})
    assert env.text("NAME", "default") == "default"
    assert env.boolean("SWITCH", default=True) is True
    assert env.integer("NUMBER", 7, low=1, high=9) == 7
    assert env.choice("COLOUR", "red", ("red", "blue")) == "red"
    assert env.words("HOSTS", ("a", "b")) == ["a", "b"]


@pytest.mark.parametrize("value", ["1", "true", "Yes", "ON", " 1 "])
def test_switch_on(value: str) -> None:
    assert Environment({"SWITCH": value}).boolean("SWITCH", default=False) is True


@pytest.mark.parametrize("value", ["0", "False", "no", "off"])
def test_switch_off(value: str) -> None:
    assert Environment({"SWITCH": value}).boolean("SWITCH", default=True) is False


def test_empty_switch_is_the_default() -> None:
    assert Environment({"SWITCH": ""}).boolean("SWITCH", default=True) is True


def test_unclear_switch_is_refused() -> None:
    with pytest.raises(SettingError, match="SWITCH='maybe' is not a switch"):
        Environment({"SWITCH": "maybe"}).boolean("SWITCH", default=False)


@pytest.mark.parametrize("value", ["0", "10", "-1", "1.5", "five", "²", "１"])
def test_number_outside_its_bounds_is_refused(value: str) -> None:
    with pytest.raises(SettingError, match="whole number from 1 to 9"):
        Environment({"NUMBER": value}).integer("NUMBER", 5, low=1, high=9)


def test_choice_outside_its_list_is_refused() -> None:
    with pytest.raises(SettingError, match="'green' is not one of red, blue"):
        Environment({"COLOUR": "green"}).choice("COLOUR", "red", ("red", "blue"))


def test_words_are_split_at_commas() -> None:
    assert Environment({"HOSTS": " a.test, b.test ,,"}).words("HOSTS") == ["a.test", "b.test"]


def test_value_may_stand_in_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s3cret\n")
    assert Environment({"KEY_FILE": str(secret)}).text("KEY") == "s3cret"


def test_value_and_file_together_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="KEY and KEY_FILE are both set"):
        Environment({"KEY": "a", "KEY_FILE": str(tmp_path)}).text("KEY")


def test_unreadable_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=r"KEY_FILE=.*cannot be read"):
        Environment({"KEY_FILE": str(tmp_path / "absent")}).text("KEY")


def test_misspelled_setting_is_refused() -> None:
    env = Environment({"CONTACTCENTER_HOTS": "0.0.0.0", "PATH": "/bin"})
    env.text("CONTACTCENTER_HOST")
    with pytest.raises(SettingError, match=r"Unknown setting CONTACTCENTER_HOTS.*CONTACTCENTER_HOST"):
        env.refuse_unknown()


def test_known_settings_and_their_files_are_accepted(tmp_path: Path) -> None:
    value = tmp_path / "value"
    value.write_text("x")
    env = Environment({"CONTACTCENTER_KEY_FILE": str(value)})
    env.text("CONTACTCENTER_KEY")
    env.refuse_unknown()


def test_data_folder_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingError, match=r"The data folder .*file cannot be used: .* DATA_DIR names another\."):
        stored_secret(tmp_path / "file" / "secret.key")


def test_secret_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "data" / "secret.key"
    secret = stored_secret(path)
    assert len(secret) >= 50
    assert stored_secret(path) == secret
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["secret.key"]
