"""Personal data: what is refused, how the rest is sealed at rest, who of the staff read it. Used by all, uses no concept.

Seal a column (details in `app.privacy.sealing`)::

    class Person(SealedRow, Base):  # SealedRow first: it gives every row a row_key
        email: Mapped[SealedText | None] = sealed_column()
        email_index: Mapped[bytes | None] = index_column(unique=True)


    seal(person, Person.email, text)  # None clears; refuses resident numbers
    text = reveal(person, Person.email)  # str | None
    seal_with_index(person, Person.email, Person.email_index, Indexed.EMAIL, text)
    session().scalar(select(Person).where(Person.email_index == index_of(Indexed.EMAIL, typed)))

Never filter or sort by a sealed column, never hand one to a template: queries reveal into frozen view objects.
``sealed_values(Model, row_key, {"email": text})`` makes the values of a bulk insert.

Normal forms and the detector (`app.privacy.rules`, pure)::

    normal_email(text) -> str; normal_phone(text) -> str ("+8210…"); normal_name(text) -> str    InvalidInput
    require_no_resident_number(text, field=None)                                                 ResidentNumberRefused
    is_resident_number_label(heading) -> bool

Files (`app.privacy.files`): ``require_clean_file(name, content, field=None)`` for every upload before it is stored.
Forms derived from `app.web.forms.Form` check every typed field and upload by themselves; what reaches a table by
another way is checked once more when the session is flushed (`app.privacy.guard`).

Staff reads (`app.privacy.services`), inside a transaction and before anything is shown::

    log_access(
        Access.VIEWED,
        by=person.id,
        ip=request.remote_addr,
        subject="person:17",
        at=now,
        place_id=None,
        count=1,
        fields=("email",),
        reason=None,
    )
"""
