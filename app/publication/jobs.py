"""The booklet, made apart from the page that asks for it."""

from flask import current_app
from flask_babel import force_locale

from app.db.session import get_or_not_found
from app.files.printing import as_pdf
from app.i18n import N_
from app.inspection.queries.opinions import inspected_version
from app.inspection.queries.report import report_on
from app.inspection.rules import CHANNEL_NAMES, RESULT_NAMES, STANCE_NAMES
from app.jobs.registry import job
from app.jobs.rules import Result
from app.jobs.run import JobRun
from app.plan.models import Plan
from app.plan.rules import FUND_SOURCE_NAMES
from app.publication.queries import final_of, final_sections, is_open
from app.publication.rules import HEAD_RESULT_NAMES, Document
from app.publication.services import BOOKLET_JOB, keep_booklet

STEPS = 3


@job(BOOKLET_JOB, title=N_("계획 책자 만들기"), attempts=2)
def make_booklet(run: JobRun) -> Result | None:
    """Gather, lay out, store: the text is gathered in a transaction of its own, the layout runs outside of any."""
    plan_id = int(run.arguments["plan_id"])
    with run.step() as step:
        page = booklet_html(get_or_not_found(Plan, plan_id))
        slug = get_or_not_found(Plan, plan_id).place.slug
        step.progress(1, STEPS)
    pdf = as_pdf(page)
    with run.step() as step:
        step.progress(2, STEPS)
    with run.finishing() as step:
        keep_booklet(plan_id, pdf, at=step.at)
        step.result = Result(N_("책자를 만들었습니다."), {}, endpoint="publication.show", arguments={"slug": slug})
    return None


def booklet_html(plan: Plan) -> str:
    """Return the booklet as a document of its own: cover, contents, sections, every opinion and its answer."""
    final = final_of(plan)
    version = inspected_version(plan.cycle)
    with force_locale("ko"):
        # The environment itself, not `render_template`: a job has no request, so nobody reads and nobody is signed in.
        return current_app.jinja_env.get_template("print/publication/booklet.html").render(
            place=plan.place, cycle=plan.cycle, final=final,
            sections=final_sections(final) if final else [], report=report_on(version) if version else None,
            head_results=HEAD_RESULT_NAMES, fund_sources=FUND_SOURCE_NAMES, stances=STANCE_NAMES, channels=CHANNEL_NAMES,
            results=RESULT_NAMES, show_answers=is_open(plan, Document.ANSWERS), language="ko",
        )  # fmt: skip
