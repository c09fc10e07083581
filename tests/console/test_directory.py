"""The pages of all 18 kinds of configuration objects, by what the catalog says of them."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from contactcenter.directory.catalog import Kind, Need
from contactcenter.directory.models.conditions import conditions_of
from tests.cast import Cast
from tests.console.support import Console, administrator_with, errors_of, sent_by, text_of, told
from tests.directory.examples import SLUGS, described, kind, make, recorded, save, url_part

every_kind = pytest.mark.parametrize("slug", SLUGS)


@pytest.fixture(autouse=True)
def _storage(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def form_values(cast: Cast, slug: str) -> dict[str, object]:
    """What one would type and choose for an example; its children too."""
    made, links = make(cast, slug, "Example")
    values: dict[str, object] = {}
    for column in kind(slug).columns:
        name = "ordered_teams" if (slug, column.field) == ("user", "teams") else column.field
        value = links[column.field] if column.field in links else getattr(made, column.attname)
        match column.kind:
            case Kind.REFERENCES:
                values[name] = [target.pk for target in value]
            case Kind.TEXTS:
                values[name] = "\n".join(value)
            case Kind.SWITCH:
                values |= {name: "on"} if value else {}
            case _:
                values[name] = "" if value is None else value
    if slug == "audio-file":
        values["content"] = SimpleUploadedFile("Example.wav", recorded())
    return {**values, **_rows(slug, links)}


def _rows(slug: str, links: dict[str, list[Any]]) -> dict[str, object]:
    children = kind(slug).children
    if children is None:
        return {}
    rows = links[children.name]
    values: dict[str, object] = {f"{children.name}-TOTAL_FORMS": len(rows), f"{children.name}-INITIAL_FORMS": 0}
    for number, row in enumerate(rows):
        for column in children.columns:
            several = column.kind is Kind.REFERENCES
            value = [team.pk for team in row.chosen[column.field]] if several else getattr(row, column.attname)
            values[f"{children.name}-{number}-{column.field}"] = "" if value is None else value
    return values


# --- List, form, deletion ----------------------------------------------------------------------------------------


@every_kind
def test_list(admin: Console, cast: Cast, slug: str) -> None:
    made = save(cast, slug)
    page = admin.get(url_part(slug))
    assert str(made) in text_of(page)
    assert str(page.context["cl"].model_admin.description) in text_of(page)
    found = admin.get(url_part(slug), q=str(made).split()[0])
    assert made in list(found.context["cl"].result_list)
    assert made not in list(admin.get(url_part(slug), q="Atlantis").context["cl"].result_list)


@every_kind
def test_filters_of_the_list(admin: Console, cast: Cast, slug: str) -> None:
    save(cast, slug)
    page = admin.get(url_part(slug)).context["cl"].model_admin
    for name in page.list_filter:
        field = page.opts.get_field(name)
        value = {"id__exact": 1} if field.is_relation else {"exact": 1 if not field.choices else field.choices[0][0]}
        [(lookup, given)] = value.items()
        assert admin.get(url_part(slug), **{f"{name}__{lookup}": given}).status_code == 200, name


@every_kind
def test_longer_lists_take_no_more_queries(admin: Console, cast: Cast, slug: str) -> None:
    save(cast, slug, "First")
    admin.get(url_part(slug))
    few = admin.queries(url_part(slug))
    for number in range(5):
        save(cast, slug, f"More {'abcde'[number]}")
    assert admin.queries(url_part(slug)) == few


@every_kind
def test_added(admin: Console, cast: Cast, slug: str) -> None:
    values = form_values(cast, slug)
    response = admin.post(f"{url_part(slug)}add/", **values)
    assert response.status_code == 302, errors_of(response)
    stored = kind(slug).model.objects.latest("pk")
    made = described(stored)
    example = described(save(cast, slug, "Twin"))
    keys = {"name", "email", "dialed_number"}
    assert {name: value for name, value in made.items() if name not in keys} == {
        name: value for name, value in example.items() if name not in keys
    }


@every_kind
def test_saving_an_untouched_form_changes_nothing(admin: Console, cast: Cast, slug: str) -> None:
    made = save(cast, slug)
    before = described(made)
    path = f"{url_part(slug)}{made.pk}/change/"
    response = admin.post(path, **sent_by(admin.get(path)))
    assert response.status_code == 302, errors_of(response)
    assert described(type(made).objects.get(pk=made.pk)) == before
    assert str(made) in told(response)[0]


@every_kind
def test_deleted(admin: Console, cast: Cast, slug: str) -> None:
    made = save(cast, slug)
    assert f"Delete “{made}”" in text_of(admin.get(f"{url_part(slug)}{made.pk}/delete/"))
    assert admin.post(f"{url_part(slug)}{made.pk}/delete/").status_code == 302
    assert not type(made).objects.filter(pk=made.pk).exists()


@every_kind
def test_history_is_that_of_the_table(admin: Console, cast: Cast, slug: str) -> None:
    made = save(cast, slug)
    page = admin.get(f"{url_part(slug)}{made.pk}/history/")
    assert page.status_code == 302
    trail = admin.client.get(page.url)
    assert str(made) in text_of(trail)
    link = f"/console/{url_part(slug)}{made.pk}/change/"
    assert link in trail.content.decode()


@every_kind
def test_who_may_only_look_sees_values_and_changes_nothing(cast: Cast, slug: str) -> None:
    made = save(cast, slug)
    viewer = Console(administrator_with("VIEW"))
    path = f"{url_part(slug)}{made.pk}/change/"
    page = viewer.get(path)
    assert str(made) in text_of(page)
    assert not [name for name in sent_by(page) if name != "csrfmiddlewaretoken" and not name.endswith("_FORMS")]
    assert viewer.post(path).status_code == 403
    assert viewer.get(f"{url_part(slug)}add/").status_code == 403
    assert viewer.post(f"{url_part(slug)}{made.pk}/delete/").status_code == 403


# --- What is asked for when --------------------------------------------------------------------------------------

CONDITIONAL = [slug for slug in SLUGS if conditions_of(kind(slug).model)]
ALIASES = {("user", "teams"): "ordered_teams"}


@pytest.mark.parametrize("slug", CONDITIONAL)
def test_fields_say_beside_which_choices_they_are_shown(admin: Console, cast: Cast, slug: str) -> None:
    page = admin.get(f"{url_part(slug)}add/")
    form, body = page.context["adminform"].form, page.content.decode()
    for only in conditions_of(kind(slug).model):
        for name in only.fields:
            field = form.fields.get(ALIASES.get((slug, name), name))
            if field is None:  # rows
                assert f'id="{name}-group"' in body
                continue
            when = json.loads(field.widget.attrs["data-show-when"])
            assert set(when) == ({"work_type"} if slug == "auxiliary-code" else set(only.when))
            assert field.required == only.mandatory
    assert body.count("data-show-when=") >= sum(len(only.fields) for only in conditions_of(kind(slug).model))


@every_kind
def test_mandatory_fields_are_marked(admin: Console, cast: Cast, slug: str) -> None:
    form = admin.get(f"{url_part(slug)}add/").context["adminform"].form
    for column in kind(slug).columns:
        if column.need is Need.MANDATORY and column.kind is not Kind.SWITCH and slug != "audio-file":
            assert form.fields[column.field].required, column.title


@pytest.mark.parametrize("slug", [slug for slug in CONDITIONAL if slug not in {"auxiliary-code", "user"}])
def test_whatever_stands_in_hidden_fields_is_not_looked_at(admin: Console, cast: Cast, slug: str) -> None:
    """A browser sends them all the same."""
    model = kind(slug).model
    values = form_values(cast, slug)
    for only in conditions_of(model):
        for name, wanted in only.when.items():
            field = model._meta.get_field(name)
            if name == "channel_type" and slug == "outdial-queue":
                continue
            if field.choices:
                values[name] = next(value for value, _label in field.choices if value not in wanted)
            else:
                values.pop(name, None)
    if slug == "team":
        values |= {"type": "AGENT"}
    hidden = {name for only in conditions_of(model) for name in only.fields if slug != "team" or only.mandatory}
    if slug == "outdial-queue":
        hidden = {"recording_pause_duration", "routing_type"}
    if slug == "entry-point":
        values |= {"channel_type": "TELEPHONY"}
    controls = {name for only in conditions_of(model) for name in only.when}
    for name in hidden - controls:
        values[name] = "No such value | at all"
    response = admin.post(f"{url_part(slug)}add/", **values)
    assert response.status_code == 302, errors_of(response)
    assert model.objects.latest("pk").pk


def test_code_of_a_wrap_up_type_asks_nothing_about_pay(admin: Console, cast: Cast) -> None:
    page = admin.get("directory/auxiliarycode/add/")
    when = json.loads(page.context["adminform"].form.fields["paid"].widget.attrs["data-show-when"])
    assert when == {"work_type": [str(cast.lunch.work_type_id)]}
    for code, asked in ((cast.lunch, True), (cast.solved, False)):
        fields = admin.get(f"directory/auxiliarycode/{code.pk}/change/").context["adminform"].form.fields
        assert ("paid" in fields) is asked


@pytest.mark.parametrize(
    ("slug", "values", "asked", "not_asked"),
    [
        ("team", {}, "desktop_layout", "capacity"),
        ("queue", {}, "skill_based_agent_selection", "channel_type"),
        ("skill-definition", {}, "list_values_for_enum", "type"),
        ("skill-definition", {"type": "TEXT"}, "name", "list_values_for_enum"),
        ("entry-point", {}, "social_channel_type", "channel_type"),
        ("outdial-queue", {"outbound_campaign": False}, "name", "routing_type"),
    ],
)
def test_what_can_never_count_any_more_is_not_asked(
    admin: Console, cast: Cast, slug: str, values: dict[str, Any], asked: str, not_asked: str
) -> None:
    made = save(cast, slug, "Example", **values)
    page = admin.get(f"{url_part(slug)}{made.pk}/change/")
    assert asked in page.context["adminform"].form.fields
    assert not_asked not in page.context["adminform"].form.fields
    assert bool(page.context["inline_admin_formsets"]) is (slug == "queue")


def test_lists_of_texts_are_typed_one_a_line(admin: Console, cast: Cast) -> None:
    values = form_values(cast, "skill-definition")
    given = {**values, "list_values_for_enum": "one\r\n\r\n  two words  \r\none"}
    wrong = errors_of(admin.post("directory/skilldefinition/add/", **given))
    assert wrong == {"list_values_for_enum": ["Give every value once."]}
    given["list_values_for_enum"] = f"one\r\n{'x' * 21}\r\na|b"
    [error] = errors_of(admin.post("directory/skilldefinition/add/", **given))["list_values_for_enum"]
    assert error.startswith(f"“{'x' * 21}”: ")
    given["list_values_for_enum"] = "one\r\n\r\n  two words  "
    assert admin.post("directory/skilldefinition/add/", **given).status_code == 302
    assert kind("skill-definition").model.objects.latest("pk").list_values_for_enum == ["one", "two words"]


def test_new_queue_is_in_the_company_s_time_zone(admin: Console, cast: Cast) -> None:
    kind("queue")
    company = admin.get("directory/companysettings/1/change/")
    admin.post("directory/companysettings/1/change/", **{**sent_by(company), "time_zone": ["Europe/Prague"]})
    for slug in ("queue", "outdial-queue", "entry-point", "outdial-entry-point"):
        assert sent_by(admin.get(f"{url_part(slug)}add/"))["timezone"] == ["Europe/Prague"]


def test_thousands_of_choices_are_taken(admin: Console, cast: Cast) -> None:
    response = admin.post("directory/userprofile/add/", name="", queues=list(range(1, 5000)))
    assert "name" in errors_of(response)


def test_codes_of_the_right_kind_are_offered(admin: Console, cast: Cast) -> None:
    form = admin.get("directory/desktopprofile/add/").context["adminform"].form
    assert set(form.fields["idle_codes"].queryset) == {cast.lunch, cast.training}
    assert set(form.fields["wrap_up_codes"].queryset) == {cast.solved}


def test_only_telephony_is_offered_for_a_dialed_number(admin: Console, cast: Cast) -> None:
    save(cast, "entry-point")
    hotline = save(cast, "entry-point-mapping").entry_point
    form = admin.get("directory/entrypointmapping/add/").context["adminform"].form
    assert list(form.fields["entry_point"].queryset) == [hotline]


def test_sidebar_leads_to_all_kinds(admin: Console) -> None:
    groups = {str(group["title"]): group["items"] for group in admin.get("").context["sidebar_navigation"]}
    titles = ["People", "Contact routing", "Codes and profiles", "Numbers and media"]
    links = [item["link"] for title in titles for item in groups[title]]
    assert sorted(links) == sorted(f"/console/{url_part(slug)}" for slug in SLUGS)
    assert len({item["icon"] for title in titles for item in groups[title]}) == len(links)
