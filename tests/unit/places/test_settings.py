from fractions import Fraction

import pytest

from app.errors import InvalidInput, NotFound, RuleViolation
from app.places.settings import council, money, process
from app.places.settings.kinds import Kind, Setting, Threshold, read_number, write_share
from app.places.settings.registry import REGISTRY, require_ties, setting_of

KEYS_OF_THE_TABLE = [
    "council.size_min",
    "council.size_max",
    "council.member_min_age",
    "council.tracks",
    "council.sex_max_share",
    "council.reserves",
    "council.training_hours_new",
    "council.training_hours_renew",
    "council.training_valid_months",
    "council.training_when",
    "council.list_to_head_days",
    "council.appoint_days",
    "council.publish_days",
    "council.term_months",
    "council.renewals",
    "council.vacancy_min_months",
    "council.cooling_off_months",
    "council.one_per_household",
    "council.tax_arrears_excluded",
    "council.removal.propose_share",
    "council.removal.propose_residents",
    "council.removal.decide_share",
    "council.meeting.per_month",
    "council.meeting.quorum",
    "council.meeting.decide",
    "council.meeting.extraordinary_share",
    "initiative.min_signers",
    "group.min_members",
    "group.groups_per_dong",
    "group.grant_per_dong",
    "plan.inspection_days",
    "plan.submit_days",
    "plan.head_answer_days",
    "assembly.per_year",
    "assembly.turnout_share",
    "assembly.base",
    "assembly.min_age",
    "assembly.publicity_days",
    "assembly.prevote_days",
    "assembly.k_votes",
    "assembly.approve_share",
    "assembly.channel_weights",
    "assembly.minutes_days",
    "assembly.publish_days",
    "pb.envelope_per_dong",
    "pb.max_per_project",
    "pb.plan_notice_days",
    "pb.recruit_notice_days",
    "pb.meeting_notice_days",
    "pb.minutes_days",
    "pb.weights",
    "fund.support_per_dong",
    "care.sla_hours",
    "privacy.retention_roll_months",
    "privacy.retention_ballots_months",
    "privacy.retention_lottery_months",
    "privacy.retention_audit_months",
    "privacy.retention_petition_months",
    "election.guard_days_head_events",
    "election.guard_days_pr",
]


def test_every_rule_of_the_default_configuration_is_a_setting():
    assert set(KEYS_OF_THE_TABLE) <= set(REGISTRY)


@pytest.mark.parametrize("setting", REGISTRY.values(), ids=lambda setting: setting.key)
def test_a_default_lies_within_its_bounds_and_survives_being_stored_and_typed(setting: Setting):
    assert setting.load(setting.store(setting.default)) == setting.default
    assert setting.parse(setting.typed(setting.default)) == setting.default
    assert setting.name
    assert setting.explanation
    assert setting.legal_basis


@pytest.mark.parametrize("setting", REGISTRY.values(), ids=lambda setting: setting.key)
@pytest.mark.parametrize("nonsense", ["", " ", "-1", "1e3", "NaN", "많이", "1_0", "٣x", "½½", "\x00", "<b>", "9" * 40])
def test_nonsense_is_refused_with_the_field_named(setting: Setting, nonsense: str):
    with pytest.raises(InvalidInput) as refusal:
        setting.parse(nonsense)
    assert refusal.value.field == "value"


@pytest.mark.parametrize(
    ("typed", "won"),
    [
        ("30,000,000원", 30_000_000),
        ("30000000", 30_000_000),
        ("３천만원", 30_000_000),
        ("3천만 원", 30_000_000),
        ("5000만", 50_000_000),
        ("1억 5천만원", 150_000_000),
        ("2억", 200_000_000),
        ("5백만원", 5_000_000),
        ("0원", 0),
    ],
)
def test_money_is_read_as_people_write_it(typed: str, won: int):
    assert money.PB_ENVELOPE.parse(typed) == won


@pytest.mark.parametrize("typed", ["원", "만", "3천", "억", "1.5억", "삼천만원", "10만1"])
def test_half_written_money_is_refused_unless_it_is_a_plain_sum(typed: str):
    if typed == "10만1":
        assert money.PB_ENVELOPE.parse(typed) == 100_001
    else:
        with pytest.raises(InvalidInput):
            money.PB_ENVELOPE.parse(typed)


@pytest.mark.parametrize(
    ("typed", "share"),
    [("60%", "3/5"), ("0.6", "3/5"), ("3/5", "3/5"), ("5분의 3", "3/5"), ("66.5 %", "133/200"), ("2/3", "2/3")],
)
def test_shares_are_read_exactly(typed: str, share: str):
    assert council.SEX_MAX_SHARE.parse(typed) == Fraction(share)


def test_a_third_is_never_rounded():
    assert council.REMOVAL_DECIDE_SHARE.store(Threshold(Fraction(2, 3), more_than=False)) == ">=2/3"
    assert write_share(Fraction(1, 3)) == "1/3"
    assert read_number("33.33%") != Fraction(1, 3)


@pytest.mark.parametrize(
    ("typed", "threshold"),
    [
        ("과반수", Threshold(Fraction(1, 2), more_than=True)),
        ("> 50%", Threshold(Fraction(1, 2), more_than=True)),
        ("50% 초과", Threshold(Fraction(1, 2), more_than=True)),
        ("3분의 2 이상", Threshold(Fraction(2, 3), more_than=False)),
        (">= 2/3", Threshold(Fraction(2, 3), more_than=False)),
    ],
)
def test_thresholds_say_whether_the_share_itself_suffices(typed: str, threshold: Threshold):
    assert process.ASSEMBLY_APPROVE_SHARE.parse(typed) == threshold


@pytest.mark.parametrize("typed", ["1/2", "> 1/2 이상", "이상", ">", "절반 이상"])
def test_a_threshold_that_does_not_say_so_is_refused(typed: str):
    with pytest.raises(InvalidInput):
        process.ASSEMBLY_APPROVE_SHARE.parse(typed)


def test_a_majority_is_more_than_half_and_two_thirds_are_reached_exactly():
    majority, two_thirds = Threshold(Fraction(1, 2), more_than=True), Threshold(Fraction(2, 3), more_than=False)
    assert (majority.is_met(15, 30), majority.is_met(16, 30)) == (False, True)
    assert (two_thirds.is_met(19, 30), two_thirds.is_met(20, 30)) == (False, True)
    assert (majority.least(30), majority.least(31), two_thirds.least(31)) == (16, 16, 21)
    assert not two_thirds.is_met(0, 0)


@pytest.mark.parametrize("whole", range(1, 60))
@pytest.mark.parametrize("more_than", [True, False])
def test_the_least_number_reaches_a_threshold_and_one_less_does_not(whole: int, more_than: bool):
    for share in (Fraction(1, 200), Fraction(1, 3), Fraction(1, 2), Fraction(2, 3)):
        threshold = Threshold(share, more_than=more_than)
        least = threshold.least(whole)
        assert threshold.is_met(least, whole)
        assert not threshold.is_met(least - 1, whole)


def test_tracks_are_typed_one_a_line_and_keep_their_codes():
    tracks = council.TRACKS.parse("공개모집 70%\n단체추천 20%\n청소년 1/10")
    assert [(track.code, track.share) for track in tracks] == [
        ("open", Fraction(7, 10)),
        ("recommended", Fraction(1, 5)),
        ("track3", Fraction(1, 10)),
    ]
    assert council.TRACKS.load(council.TRACKS.store(tracks)) == tracks


@pytest.mark.parametrize("typed", ["공개모집 60%", "공개모집 50%\n공개모집 50%", "60%\n40%", "가|나 100%"])
def test_tracks_that_do_not_add_up_or_repeat_are_refused(typed: str):
    with pytest.raises(InvalidInput):
        council.TRACKS.parse(typed)


def test_weights_need_every_channel_once_and_not_all_zero():
    setting = process.ASSEMBLY_CHANNEL_WEIGHTS
    assert setting.parse("온라인 1\nbooth=0.5\n종이: 2\nonsite 1/3") == {
        "online": Fraction(1),
        "booth": Fraction(1, 2),
        "paper": Fraction(2),
        "onsite": Fraction(1, 3),
    }
    for typed in (
        "online 1",
        "online 1\nonline 1\nbooth 1\npaper 1",
        "online 0\nbooth 0\npaper 0\nonsite 0",
        "online 11\nbooth 1\npaper 1\nonsite 1",
    ):
        with pytest.raises(InvalidInput):
            setting.parse(typed)


def test_a_value_outside_the_range_seen_is_refused_with_the_range():
    with pytest.raises(InvalidInput) as refusal:
        process.ASSEMBLY_MIN_AGE.parse("12")
    assert refusal.value.values == {"low": "13", "high": "19"}


def test_the_largest_council_may_not_be_smaller_than_the_smallest():
    values = {"council.size_min": 30, "council.size_max": 20}
    with pytest.raises(RuleViolation):
        require_ties("council.size_max", values, place="관산동")
    require_ties("assembly.k_votes", values, place="관산동")


def test_an_unknown_setting_is_not_found():
    with pytest.raises(NotFound):
        setting_of("council.colour")


def test_kinds_of_money_are_whole_won():
    assert all(type(setting.default) is int for setting in REGISTRY.values() if setting.kind is Kind.WON)
