"""Processor time and memory of the booklet of a plan with 100 sections and 1,000 answered opinions.

Target: at most 60 s of one core. ``BOOKLET_OPINIONS`` makes it smaller; ``BOOKLET_FILE`` keeps the PDF, to look at its pages.
The texts are made up in memory, since nearly all of the time is the layout's.
"""

import os
import resource
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

from flask import current_app
from flask_babel import force_locale

from app.factory import create_app
from app.files.printing import as_pdf
from app.inspection.rules import CHANNEL_NAMES, RESULT_NAMES, STANCE_NAMES, Channel, Result, Stance
from app.plan.rules import FUND_SOURCE_NAMES, FundSource
from app.publication.rules import HEAD_RESULT_NAMES, FinalSection, HeadResult
from tests.conftest import make_config

SECTIONS = 100
OPINIONS = int(os.environ.get("BOOKLET_OPINIONS", "1000"))
BUDGET = 60.0
NOW = datetime(2026, 7, 1, 5, 0, tzinfo=UTC)
TITLES = (
    "공릉천 걷는 길 손보기",
    "어르신 한글 교실",
    "골목 가로등과 안전 거울",
    "마을 텃밭과 나눔 장터",
    "등굣길 건널목 지킴이",
)
BODY = (
    "주민이 구역을 나누어 돌보고, 분과가 달마다 살핍니다. 비가 오면 잠기는 두 곳에는 돌을 놓아 물이 빠지게 합니다.\n\n"
    "첫 석 달은 둘러보고 자리를 정합니다. 그 뒤에 업체를 고르고, 공사하는 동안에는 돌아가는 길을 알립니다. "
    "마친 뒤에는 한 해 두 번 주민과 함께 고칠 곳을 찾습니다."
)
TEXT = (
    "밤에 어두워 걷기 무섭습니다. 등을 더 놓거나 지금 있는 등을 밝게 해 주시고, 물이 차는 곳에는 알림판을 세워 주세요. "
)
REASON = "현장을 함께 둘러보고 등 네 개를 더 놓기로 했습니다. 알림판은 구청 담당 부서와 협의합니다."


def section(number: int) -> FinalSection:
    """Make a section; every fifth was not chosen, every seventh was accepted with a condition."""
    result = list(HeadResult)[number % len(HeadResult)]
    return FinalSection(
        number=number, item_id=number, title=f"{TITLES[number % len(TITLES)]} {number}", body="\n\n".join([BODY] * (1 + number % 3)),
        cost_won=1_000_000 * (1 + number % 30), fund_source=list(FundSource)[number % len(FundSource)].value, unit="마을환경분과",
        votes=number * 7 % 300, is_funded=number % 5 > 0, granted_won=0, head_result=result.value,
        head_reason="" if result is HeadResult.ACCEPTED else "하천 점용 허가를 먼저 받아야 합니다.", head_unit="공원녹지과",
    )  # fmt: skip


def bundle(number: int) -> SimpleNamespace:
    """Make an opinion; every fortieth was said by three people."""
    said = [
        SimpleNamespace(
            receipt=f"2026-{number:04d}-{turn}", section=number % (SECTIONS + 1) or None, stance=list(Stance)[number % 3],
            channel=list(Channel)[number % len(Channel)], received_at=NOW + timedelta(minutes=number), late=number % 50 == 0,
            released_at=NOW, public_text=TEXT * (1 + number % 4), number=number,
        )
        for turn in range(3 if number % 40 == 0 else 1)
    ]  # fmt: skip
    return SimpleNamespace(first=said[0], opinions=said, group=len(said) > 1)


def answer(opinion: SimpleNamespace) -> SimpleNamespace:
    """Make the answer to an opinion."""
    result = list(Result)[opinion.number % len(Result)]
    change = "등을 네 개에서 여덟 개로 늘렸습니다." if result is Result.ADOPTED else ""
    return SimpleNamespace(result=result, reason=REASON, change=change, unit="마을환경분과", confirmed_at=NOW)


def page() -> str:
    """Return the document that the job lays out."""
    sections = [section(number) for number in range(1, SECTIONS + 1)]
    report = SimpleNamespace(
        bundles=[bundle(number) for number in range(1, OPINIONS + 1)], answer=answer,
        sections={each.number: each for each in sections},
    )  # fmt: skip
    with force_locale("ko"):
        return current_app.jinja_env.get_template("print/publication/booklet.html").render(
            place=SimpleNamespace(name="가상동"), cycle=SimpleNamespace(year=2026),
            final=SimpleNamespace(confirmed_at=NOW, hash="0123456789abcdef" * 4), sections=sections, report=report,
            head_results=HEAD_RESULT_NAMES, fund_sources=FUND_SOURCE_NAMES, stances=STANCE_NAMES, channels=CHANNEL_NAMES,
            results=RESULT_NAMES, show_answers=True, language="ko",
        )  # fmt: skip


def main() -> int:
    """Lay the booklet out once and say what it took."""
    with TemporaryDirectory() as folder, create_app(make_config("sqlite://", Path(folder))).app_context():
        html = page()
        began, clock = time.process_time(), time.perf_counter()
        pdf = as_pdf(html)
        seconds, waited = time.process_time() - began, time.perf_counter() - clock
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{SECTIONS} sections, {OPINIONS} opinions: {seconds:.1f} s of processor time, {waited:.1f} s, {len(pdf) / 1e6:.1f} MB, peak {peak:.0f} MB"
    )
    if kept := os.environ.get("BOOKLET_FILE"):
        Path(kept).write_bytes(pdf)
    return 0 if seconds <= BUDGET else 1


if __name__ == "__main__":
    sys.exit(main())
