"""Pages of the village fund: what was promised, received and given to projects."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import kst_date, utc_now
from app.cycle.queries import require_current_cycle
from app.cycle.years import require_shown_cycle
from app.db.session import transaction
from app.execution import permissions
from app.execution.forms import PledgeForm, ReceiveForm, WithdrawForm
from app.execution.queries.fund import allocations_of, fund_of, pledge_of, pledges_of
from app.execution.rules.fund import PLEDGE_STATE_NAMES, Fund
from app.execution.services import fund as services
from app.execution.views.blueprint import Answer, blueprint
from app.people.login import current_person, require_allowed, require_person
from app.people.models import Person
from app.places.models import Place
from app.places.queries import place_by_slug
from app.web.forms import Form, shown_on


@blueprint.get("/<slug:slug>/fund")
def fund(slug: str) -> str:
    """Show the village fund of a year."""
    place = place_by_slug(slug)
    cycle = require_shown_cycle(place)
    return render_template(
        "execution/fund.html", place=place, cycle=cycle, fund=fund_of(cycle) or Fund(), pledges=pledges_of(cycle),
        allocations=allocations_of(cycle), states=PLEDGE_STATE_NAMES,
        can_run=not cycle.is_over and permissions.can_run(current_person(), place, utc_now()),
    )  # fmt: skip


@blueprint.route("/<slug:slug>/fund/pledges/new", methods=["GET", "POST"])
def note_pledge(slug: str) -> Answer:
    """Note a pledge."""
    person, place = _staff(slug)
    cycle = require_current_cycle(place)
    form = PledgeForm(promised_on=kst_date(utc_now()))
    if form.validate_on_submit():
        with shown_on(form), transaction():
            services.note_pledge(
                cycle, giver=form.giver.data or "", amount_won=form.amount_won.data,
                promised_on=form.promised_on.data, once=form.token, by=person, at=utc_now(),
            )  # fmt: skip
        if not form.errors:
            return _back(slug, _("기금 약속을 적었습니다."))
    return _page(
        place, form, title=_("기금 약속 적기"), button=_("약속 적기"),
        lead=_("마을기금에 돈을 내기로 한 약속을 적습니다. 돈은 이 화면으로 오가지 않습니다."),
        hints={"giver": _("이름을 밝히기를 바랄 때만 적습니다. 비우면 누구인지 남기지 않습니다.")},
    )  # fmt: skip


@blueprint.route("/<slug:slug>/fund/pledges/<int:pledge_id>/receive", methods=["GET", "POST"])
def confirm_receipt(slug: str, pledge_id: int) -> Answer:
    """Confirm that pledged money has come."""
    person, place = _staff(slug)
    found = pledge_of(place, pledge_id)
    form = ReceiveForm(version=found.version, received_won=found.amount_won, received_on=kst_date(utc_now()))
    if form.validate_on_submit():
        with shown_on(form), transaction():
            services.confirm_receipt(
                pledge_id, received_won=form.received_won.data, received_on=form.received_on.data,
                document=form.document.data.read(), version=form.version.data, by=person, at=utc_now(),
            )  # fmt: skip
        if not form.errors:
            return _back(slug, _("받은 것을 적었습니다."))
    return _page(
        place, form, title=_("받은 돈 확인하기"), button=_("받은 것으로 적기"), upload=True,
        lead=_("통장이나 영수증으로 확인한 뒤에 적습니다. 적은 뒤에는 지울 수 없습니다."),
        hints={"document": _("파일은 저장하지 않고 지문(해시)만 남깁니다.")},
    )  # fmt: skip


@blueprint.route("/<slug:slug>/fund/pledges/<int:pledge_id>/withdraw", methods=["GET", "POST"])
def withdraw_pledge(slug: str, pledge_id: int) -> Answer:
    """Note that a pledge will not be kept."""
    person, place = _staff(slug)
    found = pledge_of(place, pledge_id)
    form = WithdrawForm(version=found.version)
    if form.validate_on_submit():
        with shown_on(form), transaction():
            services.withdraw_pledge(
                pledge_id, reason=form.reason.data, version=form.version.data, by=person, at=utc_now()
            )
        if not form.errors:
            return _back(slug, _("약속을 거둔 것으로 적었습니다."))
    return _page(
        place, form, title=_("약속 거두기"), button=_("까닭 적고 거두기"),
        lead=_("약속한 줄은 그대로 남고 까닭이 함께 보입니다."), hints={"reason": _("이름은 적지 마세요.")},
    )  # fmt: skip


def _staff(slug: str) -> tuple[Person, Place]:
    person, place = require_person(), place_by_slug(slug)
    require_allowed(permissions.can_run(person, place, utc_now()))
    return person, place


def _page(
    place: Place, form: Form, *, title: str, lead: str, button: str, hints: dict[str, str], upload: bool = False
) -> Answer:
    page = render_template(
        "execution/fund_act.html", place=place, cycle=require_current_cycle(place), form=form, title=title, lead=lead,
        button=button, hints=hints, upload=upload,
    )  # fmt: skip
    return (page, 422) if form.errors else page


def _back(slug: str, text: str) -> Response:
    flash(text)
    return redirect(url_for("execution.fund", slug=slug), 303)
