"""The search in the sidebar."""

from contactcenter.console.search import PER_KIND
from contactcenter.directory.models import Site
from contactcenter.directory.services import save_object
from tests.cast import Cast
from tests.console.support import Console, text_of


def test_pages_and_objects_are_found(admin: Console, cast: Cast) -> None:
    assert text_of(admin.get("search/", s="LIVE")) == "Live agents Omnichannel routing"
    page = admin.get("search/", s="jana mala").content.decode()
    assert f'href="/console/directory/user/{cast.agent.pk}/change/"' in page
    assert "jana@example.com" in page


def test_supervisors_find_only_their_pages(supervisor: Console) -> None:
    assert "Live agents" in text_of(supervisor.get("search/", s="live"))
    assert text_of(supervisor.get("search/", s="jana")) == "Nothing found."
    assert text_of(supervisor.get("search/", s="users")) == "Nothing found."


def test_few_of_each_kind_are_shown(admin: Console, cast: Cast) -> None:
    for number in range(PER_KIND + 3):
        save_object(Site(name=f"Harbour {number}", multimedia_profile=cast.praha.multimedia_profile))
    assert text_of(admin.get("search/", s="harbour")).count("Harbour") == PER_KIND


def test_no_words_no_results(admin: Console) -> None:
    assert text_of(admin.get("search/", s="  ")) == ""
