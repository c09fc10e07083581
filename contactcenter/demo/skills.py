"""What the people of the demo company can do."""

from collections.abc import Iterator, Mapping
from typing import Final

from contactcenter.demo.places import SITES
from contactcenter.directory.models import ProfileSkill, SkillDefinition, SkillProfile
from contactcenter.directory.services import save_object

NEWCOMERS: Final = "Newcomers"
ESCALATIONS: Final = "Escalations"
CALLBACKS: Final = "Callbacks"

LANGUAGES: Final = {"Praha": "Czech", "Lyon": "French", "Sevilla": "Spanish"}
_PRODUCTS: Final = ["Phones", "Laptops", "Appliances", "Smart home"]

_PROMISED_CALL: Final = """\
Good day, this is … from Orion Care. You asked us to call you back.
Is this a good moment?

If not, offer another time and reschedule the call.
If so, sum up what was asked before you begin."""

# What a team's work takes, beside the languages
_OF_WORK: Final = {
    "Care": {"Product line": "Phones|Appliances", "Contracts": "True"},
    "Technical support": {"Product line": "|".join(_PRODUCTS), "Certificate": "Repairs, second level"},
    "Sales": {"Product line": "Phones|Laptops", "Contracts": "True", "Renewals": "8"},
    "Claims": {"Contracts": "True", "Certificate": "Claims handling"},
}


def create_skill_profiles() -> dict[str, SkillProfile]:
    """One for each work at each site, and some that people have of their own. All of them take promised calls."""
    definitions = {definition.name: save_object(definition) for definition in _definitions()}
    profiles = {f"{work} {site}": _skills_at(site) | skills for site in SITES for work, skills in _OF_WORK.items()}
    profiles |= {f"{NEWCOMERS} {site}": _skills_at(site) | {"Product line": "Phones"} for site in SITES}
    everything = {"Product line": "|".join(_PRODUCTS), "Contracts": "True", CALLBACKS: "True", "Renewals": "6"}
    profiles[ESCALATIONS] = dict.fromkeys(LANGUAGES.values(), "8") | {"English": "9"} | everything
    return {name: _profile(name, skills, definitions) for name, skills in profiles.items()}


def _skills_at(site: str) -> dict[str, str]:
    return {LANGUAGES[site]: "10", "English": "6", CALLBACKS: "True"}


def _profile(name: str, skills: Mapping[str, str], definitions: Mapping[str, SkillDefinition]) -> SkillProfile:
    rows = [ProfileSkill(skill=definitions[skill], skill_value=value) for skill, value in skills.items()]
    described = "For those who take over difficult cases." if name == ESCALATIONS else "What the work takes."
    return save_object(SkillProfile(name=name, description=described), links={"skills": rows})


def _definitions() -> Iterator[SkillDefinition]:
    types = SkillDefinition.Type
    for language in (*LANGUAGES.values(), "English"):
        described = "From 0, not at all, to 10, a first language."
        yield SkillDefinition(name=language, description=described, type=types.PROFICIENCY, service_level_threshold=20)
    yield SkillDefinition(
        name="Product line",
        description="What the contact is about.",
        type=types.ENUM,
        list_values_for_enum=_PRODUCTS,
        service_level_threshold=30,
    )
    yield SkillDefinition(
        name="Contracts",
        description="May change contracts.",
        type=types.BOOLEAN,
        service_level_threshold=45,
    )
    yield SkillDefinition(
        name="Certificate",
        description="The training the agent has passed, as its certificate names it.",
        type=types.TEXT,
        service_level_threshold=0,
    )
    yield SkillDefinition(
        name=CALLBACKS,
        description="Calls that were promised.",
        type=types.BOOLEAN,
        service_level_threshold=60,
        outbound=True,
        outbound_script=_PROMISED_CALL,
    )
    yield SkillDefinition(
        name="Renewals",
        description="Calls before a contract ends.",
        type=types.PROFICIENCY,
        service_level_threshold=60,
        outbound=True,
        outbound_script="https://scripts.demo.test/renewals",
    )
