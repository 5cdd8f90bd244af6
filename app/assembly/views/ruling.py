"""The page where a place says what voters are asked and how it is counted, with what that would have meant."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.assembly import permissions, queries
from app.assembly.forms import RuleForm
from app.assembly.models import Assembly
from app.assembly.rules import AssemblyState, BallotForm, ChoiceOrder, Preference
from app.assembly.rules.choosing import RULE_NAMES, RULE_TEXTS, compose_rule, suggested_increment, warnings
from app.assembly.services import electing, preparing, trying
from app.assembly.views.blueprint import blueprint
from app.clock import utc_now
from app.cycle.queries import require_current_cycle
from app.db.session import transaction
from app.people.login import require_allowed, require_person
from app.places.queries import place_by_slug
from app.web.forms import shown_on
from voting.allocation import Completion, Rule, RuleName


@blueprint.route("/<slug:slug>/assembly/rule", methods=["GET", "POST"])
def rule(slug: str) -> Response | str | tuple[str, int]:
    """Choose ballot and rule: ``step=try`` shows what it would have meant, ``step=save`` keeps it."""
    person = require_person()
    place = place_by_slug(slug)
    require_allowed(permissions.can_run(person, place, utc_now()))
    cycle = require_current_cycle(place)
    assembly = queries.require_assembly(cycle)
    if assembly.state is not AssemblyState.PREPARING:
        return redirect(url_for("assembly.show", slug=slug), 303)
    electors = electing.electorate(assembly).count
    form = RuleForm(data=_chosen(assembly, electors))
    ballot, counting = assembly.form, assembly.counting_rule
    if form.validate_on_submit():
        with shown_on(form):
            ballot, counting = preparing.fitted_choice(assembly, _ballot_of(form), _rule_of(form, assembly, electors))
        if not form.errors and request.form.get("step") == "save":
            with shown_on(form), transaction():
                preparing.choose_rule(
                    assembly.id, form=ballot, rule=counting, version=form.version.data, by=person, at=utc_now()
                )
            if not form.errors:
                flash(_("투표지와 정하는 법을 정했습니다. 투표를 열기 전까지 바꿀 수 있습니다."))
                return redirect(url_for("assembly.show", slug=slug), 303)
    page = render_template(
        "assembly/rule.html",
        place=place,
        cycle=cycle,
        assembly=assembly,
        form=form,
        ballot=ballot,
        counting=counting,
        electors=electors,
        rule_names=RULE_NAMES,
        rule_texts={name.value: text for name, text in RULE_TEXTS.items()},
        warnings=warnings(ballot, counting, assembly.lines, electors=electors, envelope_won=assembly.envelope_won),
        tryout=trying.try_choice(assembly, ballot, counting),
        tried=request.method == "POST" and not form.errors,
    )
    return (page, 422) if form.errors else page


def _chosen(assembly: Assembly, electors: int) -> dict[str, Any]:
    ballot, counting = assembly.form, assembly.counting_rule
    shares = counting.name is RuleName.EQUAL_SHARES
    least = counting.conditions.minimum_score
    return {
        "version": assembly.version,
        "preference": ballot.preference.value,
        "at_most": ballot.at_most or None,
        "per_item": ballot.per_item or None,
        "majority": ballot.majority,
        "order": ballot.order.value,
        "rule": counting.name.value,
        "threshold": int(least) if least else None,
        "completion": (counting.completion if shares else Completion.ADD1U).value,
        "increment_won": counting.increment if shares else suggested_increment(assembly.envelope_won, electors),
        "minimum_votes": counting.conditions.minimum_votes,
    }


def _ballot_of(form: RuleForm) -> BallotForm:
    preference = Preference(form.preference.data)
    counted_out = preference not in {Preference.KNAPSACK, Preference.NONE}
    return BallotForm(
        preference,
        at_most=(form.at_most.data or 0) if counted_out else 0,
        per_item=(form.per_item.data or 0) if preference is Preference.POINTS else 0,
        majority=bool(form.majority.data) or preference is Preference.NONE,
        order=ChoiceOrder(form.order.data),
    )


def _rule_of(form: RuleForm, assembly: Assembly, electors: int) -> Rule:
    return compose_rule(
        RuleName(form.rule.data),
        completion=Completion(form.completion.data),
        increment_won=form.increment_won.data or suggested_increment(assembly.envelope_won, electors),
        threshold=form.threshold.data,
        minimum_votes=form.minimum_votes.data or 1,
        majority=None,
    )
