"""Rows below a form: stored with what they belong to, all or nothing, errors at the row they are about."""

from typing import Any

import pytest

from contactcenter.directory.models import (
    AddressBook,
    AddressBookEntry,
    DistributionGroup,
    InboundQueue,
    OutdialQueue,
    ProfileSkill,
    SkillDefinition,
    SkillProfile,
    Team,
)
from contactcenter.directory.services import save_object
from tests.cast import Cast
from tests.console.support import Console, administrator_with, errors_of, row_errors_of, sent_by, text_of
from tests.directory.examples import group, other, save

Sent = dict[str, list[str]]


def page_of(instance: Any) -> str:
    return f"directory/{instance._meta.model_name}/{instance.pk}/change/"


def opened(admin: Console, instance: Any) -> Sent:
    return sent_by(admin.get(page_of(instance)))


def groups_of(queue: Any) -> list[tuple[str, int | None, list[str]]]:
    return [
        (row.distribution_group, row.group_fallback_time, sorted(team.name for team in row.group_teams.all()))
        for row in queue.groups.all()
    ]


@pytest.fixture
def queue(cast: Cast) -> InboundQueue:
    """With the groups First and Then."""
    made: InboundQueue = save(cast, "queue")
    return made


# --- Groups ------------------------------------------------------------------------------------------------------


def test_rows_show_what_is_stored_and_one_more(admin: Console, cast: Cast, queue: InboundQueue) -> None:
    sent = opened(admin, queue)
    assert sent["groups-TOTAL_FORMS"] == ["3"]
    assert (sent["groups-0-distribution_group"], sent["groups-1-distribution_group"]) == (["First"], ["Then"])
    assert sent["groups-1-group_fallback_time"] == ["30"]
    assert set(sent["groups-1-group_teams"]) == {str(cast.claims.pk), str(cast.sales.pk)}
    assert sent["groups-2-distribution_group"] == [""]


def test_teams_are_told_apart_by_their_sites(admin: Console, cast: Cast, queue: InboundQueue) -> None:
    save_object(Team(name="Care", site=cast.lyon))
    page = text_of(admin.get(page_of(queue)))
    assert "Care · Praha" in page
    assert "Care · Lyon" in page


def test_row_is_added(admin: Console, cast: Cast, queue: InboundQueue) -> None:
    new = {"distribution_group": "Last", "group_fallback_time": "60", "group_teams": [str(cast.care.pk)]}
    values = {f"groups-2-{name}": value for name, value in new.items()}
    assert admin.post(page_of(queue), **opened(admin, queue) | values).status_code == 302
    assert groups_of(queue)[2] == ("Last", 60, ["Care"])


def test_row_is_changed(admin: Console, cast: Cast, queue: InboundQueue) -> None:
    first = queue.groups.all()[0].pk
    values = {"groups-0-distribution_group": "Best", "groups-0-group_teams": [str(cast.sales.pk)]}
    admin.post(page_of(queue), **opened(admin, queue) | values)
    assert groups_of(queue)[0] == ("Best", None, ["Sales"])
    assert queue.groups.all()[0].pk == first


def test_row_is_removed_and_the_others_close_up(admin: Console, queue: InboundQueue) -> None:
    values = {"groups-0-DELETE": "on", "groups-1-group_fallback_time": ""}
    assert admin.post(page_of(queue), **opened(admin, queue) | values).status_code == 302
    assert groups_of(queue) == [("Then", None, ["Claims", "Sales"])]
    assert queue.groups.get().distribution_group_seq == 1


def test_numbers_say_the_order(admin: Console, queue: InboundQueue) -> None:
    """Any numbers do: a gap closes, and who has none comes last."""
    order = {"groups-0-distribution_group_seq": "", "groups-1-distribution_group_seq": "70"}
    seconds = {"groups-0-group_fallback_time": "5", "groups-1-group_fallback_time": ""}
    assert admin.post(page_of(queue), **opened(admin, queue) | order | seconds).status_code == 302
    assert [name for name, _seconds, _teams in groups_of(queue)] == ["Then", "First"]
    assert [row.distribution_group_seq for row in queue.groups.all()] == [1, 2]


def test_what_the_service_refuses_is_told_at_the_row(admin: Console, cast: Cast, queue: InboundQueue) -> None:
    values = {"name": "Renamed", "groups-1-group_fallback_time": ""}
    response = admin.post(page_of(queue), **opened(admin, queue) | values)
    assert row_errors_of(response) == {
        "1.group_fallback_time": ["Give the seconds after which this group is asked too."]
    }
    page = response.content.decode()
    assert '<a href="#groups-1">Group 2, After seconds</a>: Give the seconds' in page
    assert not errors_of(response)
    assert InboundQueue.objects.get(pk=queue.pk).name == "Example", "all or nothing"


def test_row_that_is_removed_does_not_shift_the_errors(admin: Console, queue: InboundQueue) -> None:
    values = {"groups-0-DELETE": "on"}  # then the second is the first, and must not have seconds
    response = admin.post(page_of(queue), **opened(admin, queue) | values)
    assert list(row_errors_of(response)) == ["1.group_fallback_time"]


def test_errors_of_form_and_rows_come_together(admin: Console, queue: InboundQueue) -> None:
    values = {"name": "", "groups-1-distribution_group": "", "groups-1-group_fallback_time": "soon"}
    response = admin.post(page_of(queue), **opened(admin, queue) | values)
    assert list(errors_of(response)) == ["name"]
    assert list(row_errors_of(response)) == ["1.distribution_group", "1.group_fallback_time"]


def test_group_without_teams(admin: Console, queue: InboundQueue) -> None:
    sent = opened(admin, queue)
    del sent["groups-1-group_teams"]
    assert list(row_errors_of(admin.post(page_of(queue), **sent))) == ["1.group_teams"]


def test_two_groups_of_one_name(admin: Console, queue: InboundQueue) -> None:
    response = admin.post(page_of(queue), **opened(admin, queue) | {"groups-1-distribution_group": "first"})
    assert row_errors_of(response) == {"1.distribution_group": ["“first” stands here twice."]}


def test_row_that_somebody_adds_meanwhile_stays(admin: Console, cast: Cast, queue: InboundQueue) -> None:
    sent = opened(admin, queue)
    added = group("Theirs", 3, cast.care, seconds=90)
    save_object(queue, links={"groups": [*_stored(queue), added]})
    assert admin.post(page_of(queue), **sent | {"groups-0-distribution_group": "Mine"}).status_code == 302
    assert [name for name, _seconds, _teams in groups_of(queue)] == ["Mine", "Then", "Theirs"]


def test_row_that_somebody_removes_meanwhile(admin: Console, queue: InboundQueue) -> None:
    sent = opened(admin, queue)
    DistributionGroup.objects.get(distribution_group="Then").delete()
    wrong = row_errors_of(admin.post(page_of(queue), **sent))
    assert wrong[""] == ["Somebody else removed a row in the meantime: load the page again."]
    assert groups_of(queue) == [("First", None, ["Care"])]


def _stored(queue: InboundQueue) -> list[DistributionGroup]:
    return list(queue.groups.all())


def test_more_rows_take_no_more_queries(admin: Console, cast: Cast, queue: InboundQueue) -> None:
    admin.get(page_of(queue))
    few = admin.queries(page_of(queue))
    more = [group(f"G{number}", number, cast.care, seconds=1) for number in range(2, 9)]
    save_object(queue, links={"groups": [group("A", 1, cast.care), *more]})
    assert admin.queries(page_of(queue)) == few


def test_groups_of_a_campaign_only(admin: Console, cast: Cast) -> None:
    path = "directory/outdialqueue/add/"
    music = save(cast, "outdial-queue").default_music_in_queue_id
    values: dict[str, Any] = sent_by(admin.get(path)) | {"name": "Calls", "max_time_in_queue": 60}
    values |= {"service_level_threshold": 20, "default_music_in_queue": music}
    rows = {"groups-0-distribution_group": "", "groups-0-group_fallback_time": "nonsense"}
    assert admin.post(path, **values | rows).status_code == 302
    assert not OutdialQueue.objects.get(name="Calls").groups.exists()
    campaign = {"name": "Campaign", "outbound_campaign": "on"}
    assert list(row_errors_of(admin.post(path, **values | rows | campaign))) == [
        "0.distribution_group",
        "0.group_fallback_time",
        "0.group_teams",
    ]
    assert 'data-rows="groups"' in admin.get(path).content.decode()
    assert 'data-show-when="{&quot;outbound_campaign&quot;: [&quot;true&quot;]}"' in admin.get(path).content.decode()


def test_who_may_only_look_sees_the_rows(cast: Cast, queue: InboundQueue) -> None:
    page = text_of(Console(administrator_with("VIEW")).get(page_of(queue)))
    assert "Then" in page
    assert "Claims, Sales" in page
    assert "Add group" not in page


# --- Skills ------------------------------------------------------------------------------------------------------


def test_skills_say_which_values_they_take(admin: Console, cast: Cast) -> None:
    save(cast, "skill-definition", "Tier")
    for name, kind in (("English", "PROFICIENCY"), ("Licence", "BOOLEAN"), ("Town", "TEXT")):
        save_object(SkillDefinition(name=name, type=kind, service_level_threshold=1))
    page = text_of(admin.get("directory/skillprofile/add/"))
    for shown in ("Tier · one | two", "English · 0 to 10", "Licence · True or False", "Town · a text"):
        assert shown in page


def test_profile_needs_a_skill(admin: Console, cast: Cast) -> None:
    path = "directory/skillprofile/add/"
    response = admin.post(path, **sent_by(admin.get(path)) | {"name": ["None"]})
    assert row_errors_of(response) == {"": ["Give it at least one skill."]}
    assert "Skills</a>: Give it at least one skill." in response.content.decode()
    assert not SkillProfile.objects.exists()


def test_skill_values_are_checked_and_spelt(admin: Console, cast: Cast) -> None:
    profile = save(cast, "skill-profile")
    wrong = row_errors_of(admin.post(page_of(profile), **opened(admin, profile) | {"skills-0-skill_value": ["three"]}))
    assert wrong == {"0.skill_value": ["“three” is no value of the skill “Tier”: its values are one, two."]}
    admin.post(page_of(profile), **opened(admin, profile) | {"skills-0-skill_value": ["TWO"]})
    assert profile.skills.get().skill_value == "two"


def test_skills_are_exchanged(admin: Console, cast: Cast) -> None:
    tier, level = other(cast, "skill-definition", "Tier"), other(cast, "skill-definition", "Level")
    rows = [ProfileSkill(skill=tier, skill_value="one"), ProfileSkill(skill=level, skill_value="two")]
    profile = save_object(SkillProfile(name="Both"), links={"skills": rows})
    sent = opened(admin, profile)
    sent["skills-0-skill"], sent["skills-1-skill"] = sent["skills-1-skill"], sent["skills-0-skill"]
    assert admin.post(page_of(profile), **sent).status_code == 302
    found = {row.skill.name: row.skill_value for row in profile.skills.select_related("skill")}
    assert found == {"Level": "one", "Tier": "two"}


# --- Entries -----------------------------------------------------------------------------------------------------


@pytest.fixture
def book(cast: Cast) -> AddressBook:
    """With the entries Anna and Bob."""
    made: AddressBook = save(cast, "address-book")
    return made


def large(book: AddressBook) -> AddressBook:
    AddressBookEntry.objects.bulk_create(
        AddressBookEntry(book=book, entry_name=f"Entry {number:03}", phone_number=str(number)) for number in range(98)
    )
    return book


def test_few_entries_are_rows(admin: Console, book: AddressBook) -> None:
    sent = opened(admin, book)
    assert sent["entries-0-entry_name"] == ["Anna"]
    sent |= {"entries-0-DELETE": ["on"], "entries-2-entry_name": ["Anna"], "entries-2-phone_number": ["5"]}
    assert admin.post(page_of(book), **sent).status_code == 302
    assert dict(book.entries.values_list("entry_name", "phone_number")) == {"Bob": "(33) 1-2", "Anna": "5"}


def test_of_many_entries_only_new_ones_are_rows(admin: Console, book: AddressBook) -> None:
    page = admin.get(page_of(large(book)))
    sent = sent_by(page)
    assert sent["entries-INITIAL_FORMS"] == ["0"]
    assert "Open 100 entries as a list" in text_of(page)
    sent |= {"entries-0-entry_name": ["Zoe"], "entries-0-phone_number": ["1"], "name": ["Larger"]}
    assert admin.post(page_of(book), **sent).status_code == 302
    assert book.entries.count() == 101
    sent |= {"entries-0-entry_name": ["entry 050"]}
    assert list(row_errors_of(admin.post(page_of(book), **sent))) == ["0.entry_name"]


def test_list_of_the_entries_of_a_book(admin: Console, cast: Cast, book: AddressBook) -> None:
    another = save(cast, "address-book", "Another")
    filtered = {"book__id__exact": large(book).pk}
    page = admin.get("directory/addressbookentry/", **filtered)
    assert page.context["cl"].result_count == 100
    assert "Entries of Example" in text_of(page)
    assert f'href="/console/{page_of(book)}"' in page.content.decode()
    assert admin.get("directory/addressbookentry/", **filtered, q="entry 04").context["cl"].result_count == 11
    assert admin.get("directory/addressbookentry/", q="Anna").context["cl"].result_count == 2
    assert str(another) in text_of(admin.get("directory/addressbookentry/", q="Anna"))


@pytest.mark.parametrize("wrong", ["x", "0", "99999999999999999999", "1%00"])
def test_list_of_the_entries_of_no_book(admin: Console, book: AddressBook, wrong: str) -> None:
    assert admin.get("directory/addressbookentry/", book__id__exact=wrong).status_code in {200, 302}


def test_entries_are_added_changed_and_deleted_one_by_one(admin: Console, book: AddressBook) -> None:
    filters = f"book__id__exact={book.pk}"
    path = "directory/addressbookentry/add/"
    sent = sent_by(admin.get(path, _changelist_filters=filters))
    assert sent["book"] == [str(book.pk)]
    assert admin.post(path, **sent | {"entry_name": ["Eva"], "phone_number": ["7"]}).status_code == 302
    eva = book.entries.get(entry_name="Eva")
    sent = opened(admin, eva)
    assert "book" not in sent, "an entry stays in its book"
    assert admin.post(page_of(eva), **sent | {"phone_number": ["8"]}).status_code == 302
    assert book.entries.get(entry_name="Eva").phone_number == "8"
    wrong = errors_of(admin.post(page_of(eva), **sent | {"entry_name": ["ANNA"]}))
    assert wrong == {"entry_name": ["“ANNA” is already taken (entry of an address book): choose another."]}
    assert admin.post(f"directory/addressbookentry/{eva.pk}/delete/").status_code == 302
    assert not book.entries.filter(entry_name="Eva").exists()


def test_selected_entries_are_deleted(admin: Console, book: AddressBook) -> None:
    chosen = {"action": "delete_selected_rows", "_selected_action": [entry.pk for entry in book.entries.all()]}
    admin.post("directory/addressbookentry/", **chosen, confirmed="yes")
    assert not book.entries.exists()


def test_longer_lists_of_entries_take_no_more_queries(admin: Console, book: AddressBook) -> None:
    admin.get("directory/addressbookentry/")
    few = admin.queries("directory/addressbookentry/")
    large(book)
    assert admin.queries("directory/addressbookentry/") == few


def test_numbers_of_an_outdial_ani(admin: Console, cast: Cast) -> None:
    ani = save(cast, "outdial-ani")
    page = admin.get("directory/outdialanientry/", ani__id__exact=ani.pk)
    assert "sip:care@example.com" in text_of(page)
    entry = ani.entries.get()
    admin.post(page_of(entry), **opened(admin, entry) | {"entry_number": ["+420 1"]})
    assert ani.entries.get().entry_number == "+420 1"
    wrong = errors_of(admin.post(page_of(entry), **opened(admin, entry) | {"entry_number": ["nobody"]}))
    assert list(wrong) == ["entry_number"]


def test_crumbs_of_an_entry_lead_to_its_books(admin: Console, book: AddressBook) -> None:
    entry = book.entries.all()[0]
    page = admin.get(page_of(entry)).content.decode()
    for link in ("/console/directory/addressbook/", "/console/directory/addressbookentry/"):
        assert f'<a href="{link}">' in page


# --- The trail ---------------------------------------------------------------------------------------------------


def test_changes_of_rows_are_in_the_trail(admin: Console, queue: InboundQueue, book: AddressBook) -> None:
    admin.post(page_of(queue), **opened(admin, queue) | {"groups-0-distribution_group": "Best"})
    admin.post(f"directory/addressbookentry/{book.entries.all()[0].pk}/delete/")
    page = admin.get("audit/")
    assert "Example · Anna: +420 222" in text_of(page)
    assert "Example · Best" in text_of(page)
    assert f'href="/console/{page_of(queue)}"' in page.content.decode()
