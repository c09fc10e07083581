"""Groups of queues, skills of profiles, entries of books: stored with what they belong to."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from contactcenter.directory.models import (
    AddressBook,
    AddressBookEntry,
    DistributionGroup,
    InboundQueue,
    OutdialAniEntry,
    OutdialQueue,
    ProfileSkill,
    SkillProfile,
    Team,
)
from contactcenter.directory.services import delete_entry, save_entry, save_object, stored_links
from tests.cast import Cast
from tests.concurrency import together
from tests.directory.examples import described, group, make, other, save


def errors_of(instance: Any, **links: list[Any]) -> dict[str, set[str]]:
    with pytest.raises(ValidationError) as refused:
        save_object(instance, links=links)
    return {field: {str(error.code) for error in errors} for field, errors in refused.value.error_dict.items()}


# --- Groups ------------------------------------------------------------------------------------------------------


@pytest.fixture
def queue(cast: Cast) -> InboundQueue:
    made: InboundQueue = save(cast, "queue")
    return made


def groups_of(queue: Any) -> list[tuple[str, int, int | None, list[str]]]:
    return [
        (
            row.distribution_group,
            row.distribution_group_seq,
            row.group_fallback_time,
            sorted(team.name for team in row.group_teams.all()),
        )
        for row in queue.groups.all()
    ]


def test_groups_come_back_in_their_order(cast: Cast, queue: InboundQueue) -> None:
    assert groups_of(queue) == [("First", 1, None, ["Care"]), ("Then", 2, 30, ["Claims", "Sales"])]


def test_groups_change_places(cast: Cast, queue: InboundQueue) -> None:
    first, then = stored_links(queue)["groups"]
    first.distribution_group_seq, first.group_fallback_time = 2, 5
    then.distribution_group_seq, then.group_fallback_time = 1, None
    save_object(queue, links={"groups": [first, then]})
    assert groups_of(queue) == [("Then", 1, None, ["Claims", "Sales"]), ("First", 2, 5, ["Care"])]
    assert {row.pk for row in queue.groups.all()} == {first.pk, then.pk}


def test_groups_exchange_their_names(cast: Cast, queue: InboundQueue) -> None:
    first, then = stored_links(queue)["groups"]
    first.distribution_group, then.distribution_group = then.distribution_group, first.distribution_group
    save_object(queue, links={"groups": [first, then]})
    assert groups_of(queue) == [("Then", 1, None, ["Care"]), ("First", 2, 30, ["Claims", "Sales"])]


def test_groups_are_replaced(cast: Cast, queue: InboundQueue) -> None:
    save_object(queue, links={"groups": [group("Only", 1, cast.sales)]})
    assert groups_of(queue) == [("Only", 1, None, ["Sales"])]
    save_object(queue)
    assert groups_of(queue) == [("Only", 1, None, ["Sales"])]
    save_object(queue, links={"groups": []})
    assert not DistributionGroup.objects.exists()


def test_capacity_teams_are_in_groups_too(cast: Cast, queue: InboundQueue) -> None:
    partner = save_object(Team(name="Partner", site=cast.praha, type="CAPACITY", dn="2000", capacity=3))
    save_object(queue, links={"groups": [group("Outside", 1, partner)]})
    assert groups_of(queue) == [("Outside", 1, None, ["Partner"])]


def _with(**values: Any) -> Callable[[Cast], DistributionGroup]:
    def second(cast: Cast) -> DistributionGroup:
        made = group("Second", 2, cast.care, seconds=10)
        for name, value in values.items():
            setattr(made, name, value)
        return made

    return second


@pytest.mark.parametrize(
    ("second", "field"),
    [
        (_with(distribution_group=""), "distribution_group"),
        (_with(distribution_group="x" * 81), "distribution_group"),
        (_with(distribution_group="a\nb"), "distribution_group"),
        (_with(distribution_group="fIRST"), "distribution_group"),  # as the first one is called
        (_with(group_fallback_time=None), "group_fallback_time"),
        (_with(group_fallback_time=-1), "group_fallback_time"),
        (_with(group_fallback_time=86_401), "group_fallback_time"),
        (_with(chosen={"group_teams": []}), "group_teams"),
    ],
)
def test_what_is_wrong_with_a_group_is_told_at_its_place(
    cast: Cast, queue: InboundQueue, second: Callable[[Cast], DistributionGroup], field: str
) -> None:
    wrong = errors_of(queue, groups=[group("First", 1, cast.care), second(cast)])
    assert wrong.keys() == {f"groups.1.{field}"}
    assert len(groups_of(queue)) == 2


@pytest.mark.parametrize("seconds", [0, 86_400])
def test_seconds_of_further_groups(cast: Cast, queue: InboundQueue, seconds: int) -> None:
    save_object(queue, links={"groups": [group("A", 1, cast.care), group("B", 2, cast.care, seconds=seconds)]})
    assert groups_of(queue)[1][2] == seconds


def test_first_group_has_no_seconds(cast: Cast, queue: InboundQueue) -> None:
    wrong = errors_of(queue, groups=[group("First", 1, cast.care, seconds=5)])
    assert wrong == {"groups.0.group_fallback_time": {"not_applicable"}}


@pytest.mark.parametrize("numbers", [(1, 3), (2, 3), (1, 1), (0, 1), (2,), (None,)])
def test_numbers_of_groups_have_no_gaps(cast: Cast, queue: InboundQueue, numbers: tuple[int, ...]) -> None:
    rows = [
        group(f"G{place}", number, cast.care, seconds=None if number == 1 else 1)
        for place, number in enumerate(numbers)
    ]
    assert any(name.endswith("distribution_group_seq") for name in errors_of(queue, groups=rows))


def test_groups_go_with_a_campaign(cast: Cast) -> None:
    made, links = make(cast, "outdial-queue", outbound_campaign=False)
    save_object(made, links=links)
    stored = OutdialQueue.objects.get(pk=made.pk)
    assert (stored.routing_type, stored.groups.count()) == ("", 0)


@pytest.mark.parametrize("slug", ["queue", "outdial-queue"])
def test_calls_have_music(cast: Cast, slug: str) -> None:
    made, links = make(cast, slug, default_music_in_queue=None)
    assert errors_of(made, **links) == {"default_music_in_queue": {"required"}}


# --- Skills ------------------------------------------------------------------------------------------------------


def test_profile_has_a_skill(cast: Cast) -> None:
    assert errors_of(SkillProfile(name="None")) == {"skills": {"required"}}
    profile = save(cast, "skill-profile")
    assert errors_of(profile, skills=[]) == {"skills": {"required"}}


def test_skill_values_are_checked_and_spelt(cast: Cast) -> None:
    profile = save(cast, "skill-profile")
    tier = other(cast, "skill-definition", "Tier")
    save_object(profile, links={"skills": [ProfileSkill(skill=tier, skill_value="TWO| one")]})
    assert profile.skills.get().skill_value == "two|one"
    wrong = errors_of(profile, skills=[ProfileSkill(skill=tier, skill_value="three")])
    assert wrong == {"skills.0.skill_value": {"invalid_skill_value"}}


def test_skill_stands_once_in_a_profile(cast: Cast) -> None:
    tier = other(cast, "skill-definition", "Tier")
    rows = [ProfileSkill(skill=tier, skill_value=value) for value in ("one", "two")]
    assert errors_of(SkillProfile(name="Twice"), skills=rows) == {"skills.1.skill": {"repeated"}}


def test_skills_are_exchanged(cast: Cast) -> None:
    tier, level = other(cast, "skill-definition", "Tier"), other(cast, "skill-definition", "Level")
    rows = [ProfileSkill(skill=tier, skill_value="one"), ProfileSkill(skill=level, skill_value="two")]
    profile = save_object(SkillProfile(name="Both"), links={"skills": rows})
    one, two = stored_links(profile)["skills"]
    one.skill, two.skill = two.skill, one.skill
    save_object(profile, links={"skills": [one, two]})
    found = {(row.skill.name, row.skill_value) for row in profile.skills.select_related("skill")}
    assert found == {("Level", "one"), ("Tier", "two")}


# --- Entries -----------------------------------------------------------------------------------------------------


@pytest.fixture
def book(cast: Cast) -> AddressBook:
    made: AddressBook = save(cast, "address-book")
    return made


def numbers_in(book: Any) -> dict[str, str]:
    return dict(book.entries.values_list("entry_name", "phone_number"))


def test_entries_exchange_their_names(book: AddressBook) -> None:
    anna, bob = stored_links(book)["entries"]
    anna.entry_name, bob.entry_name = "BOB", "anna"
    save_object(book, links={"entries": [anna, bob]})
    assert numbers_in(book) == {"BOB": "+420 222", "anna": "(33) 1-2"}


def test_entry_takes_the_name_of_one_that_goes(book: AddressBook) -> None:
    anna, bob = stored_links(book)["entries"]
    bob.entry_name = "Anna"
    save_object(book, links={"entries": [bob]})
    assert numbers_in(book) == {"Anna": "(33) 1-2"}
    assert book.entries.get().pk == bob.pk != anna.pk


@pytest.mark.parametrize(
    ("name", "number", "field"),
    [
        ("", "1", "entry_name"),
        ("a/b", "1", "entry_name"),
        ("x" * 81, "1", "entry_name"),
        ("ANNA", "1", "entry_name"),
        ("Eva", "", "phone_number"),
        ("Eva", "12a", "phone_number"),
        ("Eva", "+", "phone_number"),
        ("Eva", "1.2", "phone_number"),
        ("Eva", "1\n2", "phone_number"),
        ("Eva", "1" * 81, "phone_number"),
    ],
)
def test_what_is_wrong_with_an_entry(book: AddressBook, name: str, number: str, field: str) -> None:
    entry = AddressBookEntry(entry_name=name, phone_number=number)
    assert errors_of(book, entries=[*stored_links(book)["entries"], entry]).keys() == {f"entries.2.{field}"}
    with pytest.raises(ValidationError) as refused:
        save_entry(AddressBookEntry(book=book, entry_name=name, phone_number=number))
    assert list(refused.value.error_dict) == [field]
    assert len(numbers_in(book)) == 2


@pytest.mark.parametrize(
    ("number", "fits"),
    [
        ("+420 222 333 444", True),
        ("12", True),
        ("sip:care@example.com", True),
        ("sips:care@example.com:5061", True),
        ("sip:care", False),
        ("care@example.com", False),
        ("1", False),
        ("sip:a b@example.com", False),
    ],
)
def test_numbers_to_show(cast: Cast, number: str, fits: bool) -> None:
    ani = save(cast, "outdial-ani")
    entry = OutdialAniEntry(ani=ani, entry_name="Other", entry_number=number)
    if fits:
        save_entry(entry)
    else:
        with pytest.raises(ValidationError) as refused:
            save_entry(entry)
        assert list(refused.value.error_dict) == ["entry_number"]


def test_single_entries(book: AddressBook) -> None:
    before = AddressBook.objects.get(pk=book.pk).updated_at
    eva = AddressBookEntry(book=book, entry_name="Eva", phone_number="1")
    save_entry(eva)
    eva.phone_number = "2"
    save_entry(eva)
    assert numbers_in(book)["Eva"] == "2"
    delete_entry(eva)
    assert numbers_in(book).keys() == {"Anna", "Bob"}
    assert AddressBook.objects.get(pk=book.pk).updated_at > before


def test_same_entry_in_two_books(cast: Cast, book: AddressBook) -> None:
    another = save(cast, "address-book", "Another")
    assert described(another)["entries"] == described(book)["entries"]


def test_only_what_changed_is_written(book: AddressBook, django_assert_max_num_queries: Any) -> None:
    rows = [AddressBookEntry(entry_name=f"Entry {number}", phone_number=str(number)) for number in range(500)]
    save_object(book, links={"entries": rows})
    entries = stored_links(book)["entries"]
    entries[7].phone_number = "777"
    with django_assert_max_num_queries(20):
        save_object(book, links={"entries": entries})
    assert book.entries.filter(phone_number="777").count() == 1
    events: Any = AddressBookEntry._meta.get_field("events").related_model
    assert events.objects.filter(pgh_label="update").count() == 1


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_two_change_one_queue(cast: Cast) -> None:
    """The second finds what the first has stored, and replaces it as a whole."""
    queue = save(cast, "queue")

    def add(name: str) -> None:
        mine = InboundQueue.objects.get(pk=queue.pk)
        save_object(mine, links={"groups": [group(name, 1, cast.care), group("Last", 2, cast.care, seconds=1)]})

    outcomes = together(lambda: add("One"), lambda: add("Other"))
    assert outcomes == [None, None]
    assert [row[0] for row in groups_of(queue)] in (["One", "Last"], ["Other", "Last"])
