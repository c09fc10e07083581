"""What bodies refer to."""

import io
import wave

from contactcenter.directory.audio import save_audio_file
from contactcenter.directory.models import (
    AddressBook,
    AudioFile,
    AuxiliaryCode,
    EntryPointMapping,
    InboundEntryPoint,
    InboundQueue,
    OutdialAni,
    OutdialEntryPoint,
    OutdialQueue,
    ProfileSkill,
    SkillDefinition,
    SkillProfile,
    Team,
    UserProfile,
)
from contactcenter.directory.services import save_object
from tests.cast import Cast


def recorded(seconds: float = 0.1) -> bytes:
    stream = io.BytesIO()
    with wave.open(stream, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(8000)
        writer.writeframes(b"\0\0" * int(8000 * seconds))
    return stream.getvalue()


class References:
    """Two of a kind where a reference is to be changed."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.music = self._sounds("Waltz.wav", "Polka.wav")
        self.queues = self._queues("Orders", "Complaints")
        self.calls_in = self._entry_points("Hotline", "Reception")
        EntryPointMapping.objects.create(dialed_number="800", entry_point_id=self.calls_in[0])
        self.outdial_queue = self._outdial_queue("Outgoing")
        self.other_outdial_queue = self._outdial_queue("Also outgoing")
        self.calls_out = [
            save_object(OutdialEntryPoint(name=name, timezone="UTC")).pk for name in ("Way out", "Other way out")
        ]
        self.books = [save_object(AddressBook(name=name)).pk for name in ("Suppliers", "Partners")]
        self.anis = [save_object(OutdialAni(name=name)).pk for name in ("Main number", "Branch")]
        self.skills = [
            save_object(
                SkillDefinition(name=name, type=kind, service_level_threshold=20, list_values_for_enum=values)
            ).pk
            for name, kind, values in (
                ("French", "PROFICIENCY", []),
                ("Tier", "ENUM", ["one", "two"]),
            )
        ]
        self.skill_profiles = [self._skill_profile(name) for name in ("Beginners", "Experts")]
        capacity_team = Team(name="Night line", site=cast.praha, type="CAPACITY", dn="1234", capacity=5)
        self.capacity_team = save_object(capacity_team).pk
        self.outsiders = save_object(UserProfile(name="Outsider", profile_type="STANDARD_AGENT")).pk
        self.called_back = save_object(AuxiliaryCode(name="Called back", work_type=cast.solved.work_type)).pk
        self.multimedia = cast.praha.multimedia_profile_id
        other = type(cast.praha.multimedia_profile)(name="Calls", type="EXCLUSIVE", voice=1, chat=0, email=0, social=0)
        self.other_multimedia = save_object(other).pk

    def _sounds(self, *names: str) -> list[int]:
        content = recorded()
        return [save_audio_file(AudioFile(name=name), io.BytesIO(content), len(content)).pk for name in names]

    def _queues(self, *names: str) -> list[int]:
        options = {"channel_type": "CHAT", "routing_type": "LONGEST_AVAILABLE_AGENT", "timezone": "UTC"}
        times = {"max_time_in_queue": 60, "service_level_threshold": 20}
        return [save_object(InboundQueue(name=name, **options, **times)).pk for name in names]

    def _outdial_queue(self, name: str) -> int:
        music = AudioFile.objects.get(pk=self.music[0])
        times = {"max_time_in_queue": 60, "service_level_threshold": 20}
        return int(save_object(OutdialQueue(name=name, timezone="UTC", default_music_in_queue=music, **times)).pk)

    def _entry_points(self, *names: str) -> list[int]:
        options = {"channel_type": "TELEPHONY", "timezone": "UTC", "service_level_threshold": 20}
        return [save_object(InboundEntryPoint(name=name, **options)).pk for name in names]

    def _skill_profile(self, name: str) -> int:
        skill = ProfileSkill(skill_id=self.skills[0], skill_value="5")
        return int(save_object(SkillProfile(name=name), links={"skills": [skill]}).pk)
