"""Mail and text messages: written into the outbox with the act that causes them, sent by a job. Used by all concepts.

Send something (in a service, inside ``transaction()``)::

    from app.outbox.rules import Channel
    from app.outbox.services import queue_message

    queue_message(
        Channel.MAIL,
        "people/password_reset",
        to=address,
        values={"token": token},
        locale=person.locale,
        at=at,
        idempotency_key=f"people.password_reset:{reset.id}",
        person_id=person.id,
        place_id=None,
        secret=True,  # text is wiped once sent: codes, links that open something
        expires_at=at + timedelta(minutes=30),  # too late is never
    )

The same ``idempotency_key`` never makes a second message: the one that exists is returned. ``InvalidInput`` when the
address cannot be one.

Thousands of messages are queued by a job of the caller's, some hundred per step: a step holds SQLite's only write lock.

Its words are in ``templates/emails/<concept>/<name>.ko.txt`` and ``….en.txt``, plain text::

    {% extends "emails/layout.ko.txt" %}
    {% block subject %}비밀번호를 새로 정해 주세요{% endblock %}
    {% block text %}
    {{ link("people.reset", token=token) }}
    {% endblock %}

Text messages are ``<name>.sms.ko.txt`` and ``<name>.sms.en.txt``, with a block ``text`` only and no layout.
``link(endpoint, **arguments)`` is an address of this site (``MADANG_PUBLIC_URL``); the filters of pages work, too; a
name that is not in ``values`` is an error. `app.outbox.rendering.render` gives a text for snapshot tests.
"""
