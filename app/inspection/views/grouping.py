"""Grouping identical opinions."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import utc_now
from app.db.session import transaction
from app.inspection import permissions
from app.inspection.forms import GroupForm
from app.inspection.queries import opinions as queries
from app.inspection.services import grouping
from app.inspection.views.blueprint import blueprint, entered, ids_of, inspected
from app.web.forms import shown_on


@blueprint.post("/<slug:slug>/inspection/groups")
def group(slug: str) -> Response:
    """Group opinions that say the same: a suggested set, or those that were ticked."""
    place, person = entered(slug, permissions.can_answer)
    _cycle, version = inspected(place)
    form = GroupForm()
    typed = " ".join([form.opinions.data or "", *request.form.getlist("opinion")])
    ids = ids_of(typed)
    with shown_on(form), transaction():
        made = grouping.group_opinions(version, ids, title=form.title.data or "", by=person, at=utc_now())
    if form.errors:
        messages = [message for errors in form.errors.values() for message in errors]
        flash(str(messages[0]), "bad")
        return redirect(url_for("inspection.answers", slug=slug), 303)
    flash(_("의견 %(n)s건을 묶었습니다. 한 번에 답합니다.", n=len(made.opinions)))
    return redirect(url_for("inspection.answer_group", slug=slug, group_id=made.id), 303)


@blueprint.post("/<slug:slug>/inspection/answers/<int:opinion_id>/ungroup")
def ungroup(slug: str, opinion_id: int) -> Response:
    """Let an opinion stand for itself again."""
    place, person = entered(slug, permissions.can_answer)
    queries.opinion_of(place, opinion_id)
    with transaction():
        grouping.ungroup(opinion_id, by=person, at=utc_now())
    flash(_("의견을 묶음에서 뺐습니다. 따로 답해 주세요."))
    return redirect(url_for("inspection.answers", slug=slug), 303)
