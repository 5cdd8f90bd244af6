"""Pages and files of a counted assembly: why it was decided so, and everything to count it again."""

from flask import Response as FlaskResponse
from flask import render_template, url_for
from werkzeug.wrappers import Response

from app.assembly import queries
from app.assembly.models import Assembly
from app.assembly.rules import AssemblyState
from app.assembly.rules.choosing import FEW_ELECTORS, RULE_NAMES, RULE_TEXTS
from app.assembly.rules.results import explained as explain_report
from app.assembly.rules.shares import average_of
from app.assembly.services import publishing
from app.assembly.views.blueprint import blueprint
from app.cycle.queries import cycle_of_year
from app.cycle.years import require_shown_cycle
from app.errors import NotFound
from app.i18n import N_
from app.places.queries import place_by_slug
from app.record.signing import installation_signer

NOT_COUNTED = N_("아직 개표하지 않았습니다.")
NO_FILE = N_("이 총회에는 그런 파일이 없습니다.")
NO_BALLOTS = N_("이 총회는 합계만 공개하여 표를 하나하나 적은 파일이 없습니다.")
NO_TRACE = N_("이 총회는 한 사람의 몫으로 정하지 않아 이 파일이 없습니다.")
BUNDLE = "result.zip"
TRACE = "trace.json"
MIMETYPES = {
    "zip": "application/zip",
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "pb": "text/plain; charset=utf-8",
}


@blueprint.get("/<slug:slug>/assembly/explained")
def explained(slug: str) -> str:
    """Show why it was decided so: the rule, its steps, what was missing, how evenly it is shared, and by another rule."""
    place = place_by_slug(slug)
    cycle = require_shown_cycle(place)
    assembly = _counted(queries.require_assembly(cycle))
    report = publishing.report_of(assembly)
    return render_template(
        "assembly/explained.html",
        place=place,
        cycle=cycle,
        assembly=assembly,
        found=explain_report(report),
        counts_points=report.account.counts_points,
        rule_names=RULE_NAMES,
        rule_texts=RULE_TEXTS,
    )


@blueprint.get("/<slug:slug>/assembly/my-share")
def my_share(slug: str) -> str:
    """Let a voter see what became of their own choices. These stay in the browser: nothing is sent or kept."""
    place = place_by_slug(slug)
    cycle = require_shown_cycle(place)
    assembly = _counted(queries.require_assembly(cycle))
    return render_template(
        "assembly/my_share.html",
        place=place,
        cycle=cycle,
        assembly=assembly,
        has_trace=TRACE in publishing.files_of(assembly),
        average=average_of(publishing.report_of(assembly)),
        items=_items(assembly),
        rule_names=RULE_NAMES,
    )


@blueprint.get(
    '/<slug:slug>/assembly/<int:year>/<any("result.csv","result.zip","votes.pb","election.json","rule.json","result.json",'
    '"explanation.json","trace.json","channels.json","paper.json","kiosks.json"):name>'
)
def result_file(slug: str, year: int, name: str) -> Response:
    """Return one file of a result, or all of them as a signed bundle."""
    cycle = cycle_of_year(place_by_slug(slug), year)
    if cycle is None:
        raise NotFound(N_("그 해의 총회는 없습니다."))
    assembly = _counted(queries.require_assembly(cycle))
    if name == BUNDLE:
        data = publishing.bundle(assembly, _readme(assembly), signer=installation_signer())
    else:
        files = publishing.files_of(assembly)
        if name not in files:
            raise NotFound({TRACE: NO_TRACE, "votes.pb": NO_BALLOTS}.get(name, NO_FILE))
        data = files[name]
    headers = {"Content-Disposition": f'attachment; filename="{slug}-{year}-{name}"'}
    return FlaskResponse(data, headers=headers, content_type=MIMETYPES[name.rpartition(".")[2]])


@blueprint.app_template_global("result_downloads")
def result_downloads(assembly: Assembly) -> dict[str, object]:
    """Return what the list of downloads shows: the files there are, the signing key, and how exposed ballots are."""
    files = publishing.files_of(assembly)
    return {
        "files": {name: len(data) for name, data in files.items()},
        "key": str(installation_signer().verifier),
        "is_shuffled": assembly.form.shuffled,
        "is_small": assembly.form.shuffled and (assembly.voters or 0) < FEW_ELECTORS,
    }


def _items(assembly: Assembly) -> list[dict[str, object]]:
    """Return what a voter's own page says about each item."""
    return [
        {
            "id": line.project_id,
            "title": line.label,
            "category": line.category,
            "cost": line.cost_won,
            "funded": bool(item.is_funded),
            "reason": {"ko": item.reason_ko, "en": item.reason_en},
        }
        for line, item in zip(assembly.lines, assembly.items, strict=True)
    ]


def _readme(assembly: Assembly) -> str:
    place = assembly.place
    names = publishing.files_of(assembly)
    return render_template(
        "assembly/readme.txt",
        assembly=assembly,
        place=place,
        has_votes="votes.pb" in names,
        has_trace="trace.json" in names,
        key=str(installation_signer().verifier),
        address=url_for("assembly.show", slug=place.slug, year=assembly.cycle.year, _external=True),
    )


def _counted(assembly: Assembly) -> Assembly:
    if assembly.state is not AssemblyState.COUNTED:
        raise NotFound(NOT_COUNTED)
    return assembly
