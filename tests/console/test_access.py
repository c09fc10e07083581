"""Which pages open for whom, and that nothing changes without permission, by GET, or without the CSRF token."""

import pytest
from django.contrib import admin as django_admin

from contactcenter.console import registry
from contactcenter.directory.catalog import OBJECT_TYPES
from contactcenter.directory.models import Site
from statuses.models import Status
from tests.cast import Cast
from tests.console.support import Console, administrator_with, text_of
from tests.statuses.support import create_status

LIVE = ["live-agents/", "live-agents/rows/", "status-history/", "reports/"]
LISTS = [
    "statuses/status/",
    *(f"directory/{object_type.model._meta.model_name}/" for object_type in OBJECT_TYPES),
    "directory/addressbookentry/",
    "directory/outdialanientry/",
    "api/apiclient/",
    "django_celery_beat/periodictask/",
    "audit/",
]


@pytest.mark.parametrize("path", ["", *LIVE, *LISTS])
def test_administrators_see_everything(admin: Console, path: str) -> None:
    assert admin.get(path).status_code == 200


@pytest.mark.parametrize("path", ["", *LIVE])
def test_supervisors_see_the_live_pages(supervisor: Console, path: str) -> None:
    assert supervisor.get(path).status_code == 200


@pytest.mark.parametrize("path", LISTS)
def test_supervisors_do_not_see_the_configuration(supervisor: Console, path: str) -> None:
    assert supervisor.get(path).status_code == 403
    assert supervisor.post(path).status_code in {403, 405}


def test_supervisors_navigation_has_only_their_pages(supervisor: Console) -> None:
    [group, routing] = supervisor.get("").context["sidebar_navigation"]
    assert [str(item["title"]) for item in group["items"]] == ["Overview"]
    titles = [str(item["title"]) for item in routing["items"]]
    assert titles == ["Live agents", "Teams wallboard", "Status history", "Reports"]


@pytest.mark.parametrize("path", ["", *LIVE, *LISTS, "search/"])
def test_agents_do_not_get_in(cast: Cast, path: str) -> None:
    response = Console(cast.agent).client.get(f"/console/{path}", follow=True)
    assert response.status_code == 403


def test_others_are_asked_to_sign_in_and_led_back(db: None) -> None:
    response = Console(None).client.get("/console/live-agents/?status=3", follow=True)
    assert response.resolver_match.url_name == "sign-in"
    assert response.redirect_chain[-1][0].endswith("/sign-in/?next=/console/live-agents/%3Fstatus%3D3")


def test_administrators_who_may_only_look_are_offered_no_changes(cast: Cast) -> None:
    viewer = Console(administrator_with("VIEW"))
    page = viewer.get(f"directory/site/{cast.praha.pk}/change/")
    assert page.status_code == 200
    assert "_save" not in page.content.decode()
    assert viewer.get("directory/site/add/").status_code == 403
    assert viewer.get("statuses/status/").status_code == 200


@pytest.mark.parametrize("page", ["change", "delete"])
def test_administrators_who_may_only_look_cannot_post(cast: Cast, page: str) -> None:
    viewer = Console(administrator_with("VIEW"))
    assert viewer.post(f"directory/site/{cast.praha.pk}/{page}/", name="Brno").status_code == 403
    assert Site.objects.get(pk=cast.praha.pk).name == "Praha"


@pytest.mark.parametrize("page", ["invite", "link", "deactivate", "activate"])
def test_administrators_who_may_only_look_cannot_let_in_or_out(cast: Cast, page: str) -> None:
    assert Console(administrator_with("VIEW")).post(f"directory/user/{cast.agent.pk}/{page}/").status_code == 403


def test_administrators_without_provisioning_see_no_configuration(cast: Cast) -> None:
    console = Console(administrator_with("NONE"))
    assert console.get("directory/site/").status_code == 403
    assert console.get("statuses/status/").status_code == 403
    assert console.get("live-agents/").status_code == 200


def test_only_models_with_pages_of_ours_are_in_the_console() -> None:
    shown = {model._meta.label for model in django_admin.site._registry}
    assert shown == {
        "statuses.Status",
        "api.ApiClient",
        "django_celery_beat.PeriodicTask",
        "directory.CompanySettings",
        "directory.AddressBookEntry",
        "directory.OutdialAniEntry",
        *(object_type.model._meta.label for object_type in OBJECT_TYPES),
    }


def test_getting_a_page_changes_nothing(admin: Console, cast: Cast) -> None:
    status = create_status()
    for path in (
        f"statuses/status/{status.pk}/delete/",
        f"directory/user/{cast.agent.pk}/deactivate/",
        f"directory/user/{cast.agent.pk}/delete/",
        f"api/apiclient/{cast.client.pk}/secret/",
        f"directory/team/{cast.sales.pk}/delete/",
    ):
        assert admin.get(path).status_code == 200
    assert Status.objects.filter(pk=status.pk).exists()
    cast.agent.refresh_from_db()
    assert cast.agent.is_active
    assert admin.get("live-agents/set-status/").status_code == 405


def test_posts_need_the_token_against_forgery(cast: Cast) -> None:
    console = Console(cast.admin, check_csrf=True)
    assert console.post("live-agents/set-status/").status_code == 403
    assert console.post(f"directory/site/{cast.praha.pk}/delete/").status_code == 403
    assert console.post(f"directory/user/{cast.agent.pk}/deactivate/").status_code == 403


def test_inline_scripts_and_styles_are_forbidden(admin: Console) -> None:
    policy = admin.get("").headers["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-eval'" in policy
    assert "style-src 'self';" in f"{policy};"
    assert "unsafe-inline" not in policy
    assert "<style" not in admin.get("").content.decode()


def test_other_pages_allow_no_eval(cast: Cast) -> None:
    assert "unsafe-eval" not in Console(None).client.get("/sign-in/").headers["Content-Security-Policy"]


def test_signing_out_leads_to_signing_in(admin: Console) -> None:
    response = admin.post("logout/")
    assert response.status_code == 302
    assert response.url == "/sign-in/"
    assert admin.get("").status_code == 302


@pytest.mark.parametrize("path", ["password_change/", "password_change/done/", "login/", "directory/"])
def test_pages_of_djangos_own_admin_lead_elsewhere(admin: Console, path: str) -> None:
    assert admin.get(path).status_code == 302


@pytest.mark.parametrize(
    "path",
    [
        "directory/site/999999/change/",
        "directory/site/x/change/",
        "directory/site/99999999999999999999999/delete/",
        "directory/user/?o=x&p=y&site__id__exact=z",
        "statuses/status/preview/?voice=<b>",
        "live-agents/?status=x&team=99999999999999999999&channel_state=tea:hot&order=x&after=%ff&search=%25",
        "live-agents/rows/?ids=1,,x,99999999999999999999",
        "status-history/?start=0001-01-01&end=9999-12-31",
        "status-history/?agent=%23x&status=x&cause=x&start=yesterday&end=31.2.&after=W10",
        "audit/?kind=nothing&object=x&before=e30",
        "audit/?kind=directory.site&object=99999999999999999999&before=eyJhIjoiYiJ9",
        "search/?s=%25_&page=x",
    ],
)
def test_addresses_that_make_no_sense_are_no_error_of_ours(admin: Console, path: str) -> None:
    assert admin.client.get(f"/console/{path}", follow=True).status_code in {200, 404}


@pytest.mark.parametrize(
    "path",
    [
        "directory/user/?password__startswith=pbkdf2",
        "directory/user/?password=x",
        "directory/user/?nonsense=1",
        "directory/user/?profile__name__startswith=A",
        "directory/user/?site__name=Praha",
        "directory/user/?is_active__gt=x",
        "api/apiclient/?client_secret__startswith=pbkdf2",
        "django_celery_beat/periodictask/?args__contains=x",
    ],
)
def test_only_offered_filters_select_rows(admin: Console, path: str) -> None:
    assert admin.client.get(f"/console/{path}").status_code == 400


def test_offered_filters_select_rows(admin: Console, cast: Cast) -> None:
    query = f"site__id__exact={cast.praha.pk}&is_active__exact=1&q=jana&o=1"
    page = admin.client.get(f"/console/directory/user/?{query}")
    assert [user.pk for user in page.context["cl"].result_list] == [cast.agent.pk]
    assert admin.get("statuses/status/", q="online").status_code == 200
    assert admin.get("directory/auxiliarycode/", kind__exact="IDLE_CODE").status_code == 200
    assert admin.get("directory/user/", site__isnull="True").status_code == 200


def test_rows_that_are_no_numbers_are_refused(admin: Console) -> None:
    response = admin.post("directory/site/", action="delete_selected_rows", _selected_action="x")
    assert response.status_code == 400


def test_names_are_shown_as_text(admin: Console, cast: Cast) -> None:
    create_status("<b onclick='x'>Bold</b>")
    for path in ("statuses/status/", "live-agents/", "audit/", ""):
        page = admin.get(path)
        assert "<b onclick" not in page.content.decode()
    assert "<b onclick='x'>Bold</b>" in text_of(admin.get("audit/"))


def test_every_own_page_is_mounted() -> None:
    pages = registry.pages()
    assert {"live-agents", "status-history", "audit"} <= {page.name for page in pages}
    mounted = {str(pattern.pattern): getattr(pattern, "name", "") for pattern in django_admin.site.get_urls()}
    for page in pages:
        assert mounted[page.path] == page.name
