"""A person's own pages: what they did, what they are told, what they follow, and the end of mails."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.agenda.rules import STATE_NAMES
from app.clock import utc_now
from app.db.session import get_or_not_found, transaction
from app.deliberation.rules import STATEMENT_NAMES
from app.extensions import csrf
from app.following.forms import RhythmForm
from app.following.queries import notices as queries
from app.following.queries import own
from app.following.queries.notices import PAGE
from app.following.rules import SUBJECT_NAMES, Rhythm, Subject
from app.following.services import follows as services
from app.following.tokens import person_of
from app.following.views.blueprint import blueprint
from app.i18n import N_
from app.people.login import require_person
from app.people.models import Person
from app.record.acts import ACTS
from app.web.languages import local_path

TABS = {
    "proposed": N_("내가 낸 의제"),
    "signed": N_("함께한 의제"),
    "said": N_("내가 한 말"),
    "supported": N_("공감한 생각"),
}


@blueprint.get("/mine")
@blueprint.get("/mine/<any(proposed, signed, said, supported):part>")
def mine(part: str = "proposed") -> str:
    """Show what somebody proposed, signed, said or supported, and what became of it."""
    person = require_person()
    at = utc_now()
    page = max(1, request.args.get("page", 1, type=int))
    lives = {"proposed": own.proposed_by, "signed": own.signed_by}
    return render_template(
        "following/mine.html",
        part=part,
        tabs=TABS,
        counts=own.counts_of(person),
        lives=lives[part](person, at, page=page) if part in lives else None,
        words=own.said_by(person) if part == "said" else None,
        supported=own.supported_by(person) if part == "supported" else [],
        states=STATE_NAMES,
        statement_names=STATEMENT_NAMES,
    )


@blueprint.get("/notices")
def notices() -> str:
    """Show what somebody is told, newest first."""
    person = require_person()
    found = queries.notices_newest_first(person, before=request.args.get("before", type=int))
    return render_template(
        "following/notices.html",
        notices=found,
        acts=ACTS,
        more=found[-1].notice.id if len(found) == PAGE else None,
        unread=queries.unread_count(person),
    )


@blueprint.post("/notices/<int:notice_id>/open")
def open_notice(notice_id: int) -> Response:
    """Take a notice as read and lead to its page."""
    person = require_person()
    with transaction():
        notice = services.read_one(notice_id, by=person, at=utc_now())
        address = queries.shown(notice).address
    return redirect(url_for(address.endpoint, **address.arguments), 303)  # type: ignore[arg-type]


@blueprint.post("/notices/read")
def read_all() -> Response:
    """Take all notices as read."""
    person = require_person()
    with transaction():
        services.read_all(person, at=utc_now())
    return redirect(url_for("following.notices"), 303)


@blueprint.route("/notices/settings", methods=["GET", "POST"])
def settings() -> Response | str | tuple[str, int]:
    """Choose how often mail comes, and see what is followed."""
    person = require_person()
    form = RhythmForm(rhythm=queries.rhythm_of(person.id).value)
    if form.validate_on_submit():
        with transaction():
            services.choose_rhythm(person, Rhythm(form.rhythm.data), at=utc_now())
        flash(_("고른 대로 보내 드리겠습니다."))
        return redirect(url_for("following.settings"), 303)
    page = render_template(
        "following/settings.html", form=form, followed=queries.followed_by(person), kinds=SUBJECT_NAMES
    )
    return (page, 422) if form.errors else page


@blueprint.post("/notices/<any(follow, unfollow):act>/<any(place, proposal, round, project):kind>/<int:subject_id>")
def follow(act: str, kind: str, subject_id: int) -> Response:
    """Begin or stop to follow something, and return to the page of the button."""
    person = require_person()
    with transaction():
        service = services.follow if act == "follow" else services.unfollow
        service(Subject(kind), subject_id, by=person, at=utc_now())
    flash(_("소식을 받습니다.") if act == "follow" else _("이제 소식을 받지 않습니다."))
    return redirect(local_path(request.form.get("next", "/notices/settings")), 303)


@blueprint.route("/unsubscribe/<token>", methods=["GET", "POST"])
@csrf.exempt
def unsubscribe(token: str) -> str:
    """End the digests of whoever holds the mail, without signing in (RFC 8058).

    Only POST changes anything: programs that look at every address of a mail must not end it. No CSRF token is asked,
    because the mail program that posts has none; the signed address is what proves the right, and all that it can do
    is end mails.
    """
    person_id = person_of(token)
    if request.method == "POST":
        with transaction():
            person = get_or_not_found(Person, person_id)
            services.choose_rhythm(person, Rhythm.NEVER, at=utc_now())
    return render_template(
        "following/unsubscribe.html", token=token, is_done=queries.rhythm_of(person_id) is Rhythm.NEVER
    )
