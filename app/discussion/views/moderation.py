"""Pages of reports, decisions about them, and the public log."""

from collections.abc import Iterator

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import kst_date, utc_now
from app.cycle.queries import current_cycle
from app.db.session import transaction
from app.discussion.forms import DecisionForm, ReportForm
from app.discussion.permissions import can_moderate
from app.discussion.queries import moderation as queries
from app.discussion.rules import KIND_NAMES, REASON_NAMES, VERDICT_NAMES, Kind, Reason, Verdict
from app.discussion.services import moderating as services
from app.discussion.views.blueprint import blueprint
from app.files.serving import to_save
from app.files.tables import Value, as_csv
from app.people.login import current_person, require_allowed, require_person
from app.people.rules import ROLE_NAMES
from app.places.queries import place_by_slug
from app.web.forms import shown_on
from app.web.messages import phrase

NAMES = {"kinds": KIND_NAMES, "reasons": REASON_NAMES, "verdicts": VERDICT_NAMES}
WHOLE_LOG = 100_000


@blueprint.route("/<slug:slug>/words/<any(argument, comment):kind>/<int:subject_id>/report", methods=["GET", "POST"])
def report(slug: str, kind: str, subject_id: int) -> Response | str | tuple[str, int]:
    """Tell the moderators about a text."""
    person = require_person()
    place = place_by_slug(slug)
    text = services.text_of(place, Kind(kind), subject_id)
    form = ReportForm()
    if form.validate_on_submit():
        with shown_on(form), transaction():
            services.report(
                place,
                Kind(kind),
                subject_id,
                reason=Reason(form.reason.data),
                note=form.note.data or "",
                by=person,
                at=utc_now(),
            )
        if not form.errors:
            flash(_("알려 주셔서 고맙습니다. 이틀 안에 담당자가 살핍니다."))
            return redirect(url_for("discussion.show", slug=slug, proposal_id=text.proposal_id), 303)
    page = render_template(
        "discussion/report.html",
        place=place,
        cycle=text.proposal.cycle,
        text=text,
        is_shown=text.hidden_at is None and text.withdrawn_at is None,
        form=form,
    )
    return (page, 422) if form.errors else page


@blueprint.get("/<slug:slug>/moderation")
def moderation(slug: str) -> str:
    """Show the reported texts that wait for a decision."""
    place = place_by_slug(slug)
    require_allowed(can_moderate(require_person(), place, utc_now()))
    return render_template(
        "discussion/moderation.html",
        place=place,
        cycle=current_cycle(place),
        cases=queries.open_cases(place),
        within=queries.ANSWER_WITHIN,
        **NAMES,
    )


@blueprint.route("/<slug:slug>/moderation/<any(argument, comment):kind>/<int:subject_id>", methods=["GET", "POST"])
def decide(slug: str, kind: str, subject_id: int) -> Response | str | tuple[str, int]:
    """Hide a text, show it again, or leave it."""
    person = require_person()
    place = place_by_slug(slug)
    require_allowed(can_moderate(person, place, utc_now()))
    text = services.text_of(place, Kind(kind), subject_id)
    form = DecisionForm()
    wanted = form.wanted()
    if form.validate_on_submit() and wanted is not None:
        with shown_on(form), transaction():
            services.decide(
                place,
                Kind(kind),
                subject_id,
                verdict=wanted,
                reason=Reason(form.reason.data) if form.reason.data else None,
                explanation=form.explanation.data or "",
                by=person,
                at=utc_now(),
            )
        if not form.errors:
            flash(_("정한 것을 공개 기록에 남겼습니다."))
            return redirect(url_for("discussion.moderation", slug=slug), 303)
    page = render_template(
        "discussion/decide.html",
        place=place,
        cycle=text.proposal.cycle,
        case=queries.case_of(place, Kind(kind), text),
        form=form,
        is_own=text.author_id == person.id,
        **NAMES,
    )
    return (page, 422) if form.errors else page


@blueprint.get("/<slug:slug>/moderation/log")
def moderation_log(slug: str) -> str:
    """Show publicly what moderators decided, and why."""
    place = place_by_slug(slug)
    entries = queries.log_newest_first(place, before=request.args.get("before", type=int))
    return render_template(
        "discussion/log.html",
        place=place,
        cycle=current_cycle(place),
        entries=entries,
        titles=queries.proposal_titles(entries),
        more=entries[-1].id if len(entries) == queries.PAGE else None,
        may_moderate=can_moderate(current_person(), place, utc_now()),
        **NAMES,
    )


@blueprint.get("/<slug:slug>/moderation/log.csv")
def moderation_log_file(slug: str) -> Response:
    """Give the whole log as a table."""
    place = place_by_slug(slug)
    header = [_("날짜"), _("글"), _("의제"), _("정한 것"), _("까닭"), _("설명"), _("정한 사람")]
    rows: Iterator[list[Value]] = (
        [
            kst_date(entry.decided_at).isoformat(),
            phrase(KIND_NAMES[entry.kind]),
            entry.proposal_id,
            phrase(VERDICT_NAMES[Verdict(entry.verdict)]),
            phrase(REASON_NAMES[entry.reason]) if entry.reason else "",
            entry.explanation,
            phrase(ROLE_NAMES[entry.role]),
        ]
        for entry in queries.log_newest_first(place, limit=WHOLE_LOG)
    )
    return to_save(as_csv(header, rows), f"moderation-{place.slug}.csv")
