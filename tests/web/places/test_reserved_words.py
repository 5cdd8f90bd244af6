"""A word of the site that leads nowhere is not found, like any other wrong address."""

from flask.testing import FlaskClient

from app.places.rules import RESERVED_SLUGS


def test_a_word_of_the_site_alone_is_a_page_or_not_found_and_never_an_error(client: FlaskClient):
    statuses = {word: client.get(f"/{word}").status_code for word in sorted(RESERVED_SLUGS)}
    assert {word: status for word, status in statuses.items() if status >= 500} == {}
