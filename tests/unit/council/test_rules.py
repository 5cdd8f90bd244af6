"""Rules of the council on plain values."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest

from app.council.rules.calls import Document, Quota, default_quotas, require_quotas, seats_by_share
from app.council.rules.eligibility import (
    Answers,
    Exclusion,
    Facts,
    Ordinance,
    Rule,
    Verdict,
    examine,
    papers_needed,
    spoken_hours,
)
from app.council.rules.meetings import Outcome, Vote, decide, quorum_of
from app.council.rules.membership import (
    add_months,
    age_band,
    is_worth_filling,
    shown_counts,
    term_end,
    whole_months,
)
from app.council.rules.quotas import read_quotas, write_quotas
from app.council.rules.training import Attended, code_at, is_current_code, valid_minutes, valid_until
from app.errors import InvalidInput
from app.people.rules import Basis
from app.places.settings.kinds import Threshold

MAJORITY = Threshold(Fraction(1, 2), more_than=True)
TWO_THIRDS = Threshold(Fraction(2, 3), more_than=False)
DAY = date(2026, 7, 1)
ORDINANCE = Ordinance(
    min_age=18, bases=frozenset(Basis), min_months=0, in_municipality=False, exclusions=frozenset(Exclusion),
    cooling_off_months=24, one_per_household=False, training_minutes=360, training_before=True,
    training_valid_months=24,
)  # fmt: skip


def facts(**changes: object) -> Facts:
    values: dict[str, object] = {
        "answers": Answers(Basis.RESIDENCE), "born_on": date(1980, 1, 1), "reference_on": DAY, "trained_minutes": 360,
    }  # fmt: skip
    return Facts(**{**values, **changes})  # type: ignore[arg-type]


def verdicts(found: Facts, ordinance: Ordinance = ORDINANCE) -> dict[Rule, Verdict]:
    return {finding.rule: finding.verdict for finding in examine(found, ordinance)}


def test_who_meets_everything_is_told_so_rule_by_rule():
    assert set(verdicts(facts()).values()) == {Verdict.MET}


@pytest.mark.parametrize(("born", "verdict"), [(date(2008, 7, 1), Verdict.MET), (date(2008, 7, 2), Verdict.UNMET)])
def test_age_is_counted_on_the_day_of_the_notice(born: date, verdict: Verdict):
    assert verdicts(facts(born_on=born))[Rule.AGE] is verdict


def test_a_basis_that_the_ordinance_does_not_have_is_refused():
    strict = Ordinance(**{**ORDINANCE.__dict__, "bases": frozenset({Basis.RESIDENCE})})
    assert verdicts(facts(answers=Answers(Basis.WORK)), strict)[Rule.BASIS] is Verdict.UNMET


@pytest.mark.parametrize(
    ("since", "verdict"), [(date(2025, 7, 1), Verdict.MET), (date(2025, 7, 2), Verdict.UNMET), (None, Verdict.UNMET)]
)
def test_months_are_whole_months_before_the_notice(since: date | None, verdict: Verdict):
    strict = Ordinance(**{**ORDINANCE.__dict__, "min_months": 12})
    assert verdicts(facts(answers=Answers(Basis.WORK, since=since)), strict)[Rule.MONTHS] is verdict


def test_living_elsewhere_matters_for_work_only_where_the_ordinance_says_so():
    away = facts(answers=Answers(Basis.WORK, lives_in_municipality=False))
    assert Rule.MUNICIPALITY not in verdicts(away)
    strict = Ordinance(**{**ORDINANCE.__dict__, "in_municipality": True})
    assert verdicts(away, strict)[Rule.MUNICIPALITY] is Verdict.UNMET
    assert Rule.MUNICIPALITY not in verdicts(
        facts(answers=Answers(Basis.RESIDENCE, lives_in_municipality=False)), strict
    )


@pytest.mark.parametrize("exclusion", Exclusion)
def test_each_exclusion_counts_exactly_where_the_ordinance_has_it(exclusion: Exclusion):
    found = facts(answers=Answers(Basis.RESIDENCE, exclusions=frozenset({exclusion})))
    assert verdicts(found)[Rule.EXCLUSIONS] is Verdict.UNMET
    without = Ordinance(**{**ORDINANCE.__dict__, "exclusions": ORDINANCE.exclusions - {exclusion}})
    assert verdicts(found, without)[Rule.EXCLUSIONS] is Verdict.MET


def test_what_the_product_knows_counts_although_the_applicant_does_not_say_it():
    assert verdicts(facts(known_exclusions=frozenset({Exclusion.OTHER_COUNCIL})))[Rule.EXCLUSIONS] is Verdict.UNMET
    assert verdicts(facts(known_dismissed_on=date(2025, 1, 1)))[Rule.COOLING_OFF] is Verdict.UNMET


@pytest.mark.parametrize(("dismissed", "verdict"), [(date(2024, 7, 1), Verdict.MET), (date(2024, 7, 2), Verdict.UNMET)])
def test_a_dismissed_member_waits_two_years(dismissed: date, verdict: Verdict):
    found = facts(answers=Answers(Basis.RESIDENCE, dismissed_on=dismissed))
    assert verdicts(found)[Rule.COOLING_OFF] is verdict


def test_missing_training_is_still_open_before_the_draw_and_lost_afterwards():
    assert verdicts(facts(trained_minutes=300))[Rule.TRAINING] is Verdict.LATER
    assert verdicts(facts(trained_minutes=300, training_open=False))[Rule.TRAINING] is Verdict.UNMET
    after = Ordinance(**{**ORDINANCE.__dict__, "training_before": False})
    assert verdicts(facts(trained_minutes=0), after)[Rule.TRAINING] is Verdict.MET


def test_answers_survive_being_stored():
    answers = Answers(Basis.WORK, date(2020, 1, 2), False, frozenset({Exclusion.OFFICIAL}), date(2019, 1, 1))
    assert Answers.load(answers.dump()) == answers


def test_papers_follow_from_the_answers():
    assert papers_needed(Answers(Basis.WORK), ORDINANCE, recommended=True) == (
        Document.IDENTITY, Document.EMPLOYMENT, Document.RECOMMENDATION, Document.TAX,
    )  # fmt: skip


def test_seats_are_divided_by_largest_remainder():
    assert seats_by_share(50, [Fraction(3, 5), Fraction(2, 5)]) == [30, 20]
    assert seats_by_share(31, [Fraction(3, 5), Fraction(2, 5)]) == [19, 12]
    assert seats_by_share(2, [Fraction(1, 3)] * 3) == [1, 1, 0]


def test_usual_quotas_cap_either_sex_and_fit_the_seats():
    quotas = default_quotas(30, tracks=[("공개모집", 18), ("단체추천", 12)], sex_max_share=Fraction(3, 5))
    require_quotas(quotas, seats=30)
    assert [(q.value, q.minimum, q.maximum) for q in quotas if q.feature == "sex"] == [("여", 12, 18), ("남", 12, 18)]


@pytest.mark.parametrize(
    "quotas",
    [
        [Quota("sex", "여", 5, 4)],
        [Quota("sex", "여", 1, 2), Quota("sex", "여", 1, 2)],
        [Quota("sex", "여", 20, 30), Quota("sex", "남", 20, 30)],
        [Quota("sex", "여", 0, 3), Quota("sex", "남", 0, 3)],
        [Quota("height", "tall", 0, 30)],
    ],
)
def test_quotas_that_contradict_themselves_are_refused(quotas: list[Quota]):
    with pytest.raises(InvalidInput):
        require_quotas(quotas, seats=30)


def test_quotas_are_read_as_they_are_written_in_either_language():
    typed = "성별 여 12~18\n나이대 20대 2 이상\n구역 윗 마을 3\narea North 1~2\nsex man 12-18"
    quotas = read_quotas(typed, seats=30)
    assert [(q.feature, q.value, q.minimum, q.maximum) for q in quotas] == [
        ("sex", "여", 12, 18), ("age", "20대", 2, 30), ("area", "윗 마을", 3, 3), ("area", "North", 1, 2),
        ("sex", "남", 12, 18),
    ]  # fmt: skip
    assert read_quotas(write_quotas(quotas), seats=30) == quotas
    with pytest.raises(InvalidInput):
        read_quotas("키 큰사람 3", seats=30)


def test_a_quorum_is_more_than_half_and_of_nobody_there_is_none():
    assert quorum_of(members=30, present=16, threshold=MAJORITY).is_met
    assert not quorum_of(members=30, present=15, threshold=MAJORITY).is_met
    assert not quorum_of(members=0, present=0, threshold=MAJORITY).is_met


def test_a_vote_is_decided_by_those_present_or_by_all_members():
    assert decide(Vote(6, 5, 0), voters=11, threshold=MAJORITY) is Outcome.ADOPTED
    assert decide(Vote(5, 4, 1), voters=10, threshold=MAJORITY) is Outcome.REJECTED
    assert decide(Vote(19, 0, 0), voters=19, threshold=TWO_THIRDS, whole=30) is Outcome.REJECTED
    assert decide(Vote(20, 0, 0), voters=20, threshold=TWO_THIRDS, whole=30) is Outcome.ADOPTED


@pytest.mark.parametrize("vote", [Vote(5, 5, 0), Vote(12, -1, 0), Vote(12, 0, 0)])
def test_votes_that_do_not_add_up_are_refused(vote: Vote):
    with pytest.raises(InvalidInput):
        decide(vote, voters=11, threshold=MAJORITY)


def test_months_end_where_months_end():
    assert add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert add_months(date(2026, 3, 31), -1) == date(2026, 2, 28)
    assert term_end(date(2026, 1, 1), 24) == date(2027, 12, 31)
    assert whole_months(date(2026, 1, 31), date(2026, 2, 27)) == 0
    assert whole_months(date(2026, 5, 1), date(2026, 4, 1)) == 0


def test_a_seat_is_filled_while_six_months_are_left():
    assert is_worth_filling(date(2027, 7, 1), ends_on=date(2027, 12, 31), min_months=6)
    assert not is_worth_filling(date(2027, 7, 2), ends_on=date(2027, 12, 31), min_months=6)


def test_old_ages_share_a_band():
    assert [age_band(age) for age in (18, 29, 69, 70, 104)] == ["10대", "20대", "60대", "70대 이상", "70대 이상"]


def test_a_single_hidden_count_is_not_found_by_subtraction():
    assert shown_counts({"a": 2, "b": 5, "c": 9}, least=3) == {"a": None, "b": None, "c": 9}
    assert shown_counts({"a": 2, "b": 1, "c": 9}, least=3) == {"a": None, "b": None, "c": 9}
    assert shown_counts({"a": 3, "b": 0}, least=3) == {"a": 3, "b": 0}


def test_the_code_of_the_room_is_short_lived():
    at = datetime(2026, 7, 1, 5, 0, tzinfo=UTC)
    secret = bytes(16)
    code = code_at(secret, at)
    assert is_current_code(secret, code.lower(), at + timedelta(minutes=5))
    assert not is_current_code(secret, code, at + timedelta(minutes=10))
    assert not is_current_code(bytes(15) + b"x", code, at)
    assert not is_current_code(secret, "가나다라마바", at)


def test_training_counts_for_two_years_and_never_before_it_was_done():
    attended = [Attended(date(2024, 7, 1), 180), Attended(date(2026, 6, 1), 180), Attended(date(2026, 8, 1), 180)]
    assert valid_minutes(attended, on=DAY, valid_months=24) == 360
    assert valid_minutes(attended, on=DAY + timedelta(days=1), valid_months=24) == 180
    assert valid_until(attended[:2], needed_minutes=360, valid_months=24) == DAY
    assert valid_until(attended[:1], needed_minutes=360, valid_months=24) is None


def test_hours_are_never_rounded_up():
    assert [spoken_hours(minutes) for minutes in (360, 90, 359, 0)] == ["6", "1.5", "5.9", "0"]
