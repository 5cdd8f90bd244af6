"""Reading candidates and quotas."""

import pytest

from voting.lottery import UnreadablePoolError, parse_bundle, prepare, read_pool, supplement
from voting.lottery.pool import group

QUOTAS = "feature,value,min,max\nsex,여,1,2\nsex,남,1,2\n".encode()
CANDIDATES = "id,name,sex,home\nC2,김,남,가\nC1,이,여,나\nC3,박,여,가\n".encode()


def problems(candidates: bytes, quotas: bytes = QUOTAS, **options: object) -> tuple[str, ...]:
    with pytest.raises(UnreadablePoolError) as refusal:
        read_pool(candidates, quotas, seats=2, **options)  # type: ignore[arg-type]
    return refusal.value.problems


def test_candidates_are_ordered_by_number_and_other_columns_are_left_out() -> None:
    pool = read_pool(CANDIDATES, QUOTAS, seats=2)
    assert [(c.number, c.values) for c in pool.candidates] == [("C1", ("여",)), ("C2", ("남",)), ("C3", ("여",))]
    assert "김" not in repr(pool)


def test_a_spreadsheet_in_cp949_reads_like_one_in_utf8() -> None:
    korean = CANDIDATES.decode().encode("cp949"), QUOTAS.decode().encode("cp949")
    assert read_pool(*korean, seats=2) == read_pool(CANDIDATES, QUOTAS, seats=2)
    assert read_pool(b"\xef\xbb\xbf" + CANDIDATES, QUOTAS, seats=2) == read_pool(CANDIDATES, QUOTAS, seats=2)


def test_decomposed_korean_equals_composed() -> None:
    decomposed = "id,sex\nC1,\u110b\u1167\nC2,남\n".encode()
    assert read_pool(decomposed, QUOTAS, seats=2).candidates[0].values == ("여",)


def test_only_shared_homes_make_types_and_their_names_are_replaced_by_numbers() -> None:
    grouping = group(read_pool(CANDIDATES, QUOTAS, seats=2, household="home"))
    assert [(kind.values, kind.household) for kind in grouping.types] == [(("남",), 1), (("여",), 0), (("여",), 1)]
    alone = group(read_pool(CANDIDATES, QUOTAS, seats=2))
    assert [kind.household for kind in alone.types] == [0, 0]


def test_a_blank_home_is_nobody_elses() -> None:
    rows = "id,sex,home\nC1,여,\nC2,남,\nC3,여,\n".encode()
    assert {kind.household for kind in group(read_pool(rows, QUOTAS, seats=2, household="home")).types} == {0}


@pytest.mark.parametrize(
    ("candidates", "said"),
    [
        (b"name,sex\nx,y\n", "no column 'id'"),
        (b"id,age\nC1,3\n", "no column 'sex'"),
        ("id,sex\nC1,여\nC1,남\n".encode(), "line 3: C1 is already on line 2"),
        ("id,sex\n,여\nC2,남\n".encode(), "line 2: id is blank"),
        ("id,sex\nC1,\nC2,남\n".encode(), "line 2: sex is blank"),
        ("id,sex\nC1,모름\nC2,남\n".encode(), "no quota for sex '모름'"),
        ("id,sex\nC|1,여\nC2,남\n".encode(), "holds none of | = ,"),
        ("id,sex,sex\nC1,여,남\n".encode(), "given twice"),
        ("id,sex\nC1,여\n".encode(), "only 1 candidates"),
        ('id,sex\n"C1,여\n'.encode(), "not CSV"),
        ("id,sex\nC1,여\x07\nC2,남\n".encode(), "control characters"),
        (b"\xff\xff\xff", "neither UTF-8 nor CP949"),
        (b"", "no column 'id'"),
    ],
)
def test_problems_of_candidates_are_named_by_line(candidates: bytes, said: str) -> None:
    assert any(said in problem for problem in problems(candidates))


@pytest.mark.parametrize(
    ("quotas", "said"),
    [
        (b"feature,value,min\nsex,F,1\n", "no column max"),
        ("feature,value,min,max\nsex,여,3,2\nsex,남,1,2\n".encode(), "min 3 is above max 2"),
        ("feature,value,min,max\nsex,여,a,2\nsex,남,1,2\n".encode(), "whole numbers"),
        ("feature,value,min,max\nsex,여,-1,2\nsex,남,1,2\n".encode(), "whole numbers"),
        ("feature,value,min,max\nsex,여,1,2\nsex,여,1,2\nsex,남,1,2\n".encode(), "given twice"),
        ("feature,value,min,max\nsex,,1,2\nsex,남,1,2\n".encode(), "blank"),
        (b"feature,value,min,max\n", "none"),
    ],
)
def test_problems_of_quotas_are_named_by_line(quotas: bytes, said: str) -> None:
    assert any(said in problem for problem in problems(CANDIDATES, quotas))


def test_every_problem_is_told_at_once() -> None:
    found = problems("id,sex\nC1,모름\nC1,여\n,남\n".encode())
    assert len(found) == 3


def test_an_identity_that_is_not_a_hash_is_refused() -> None:
    rows = f"id,sex,who\nC1,여,{'0' * 64}\nC2,남,홍길동\n".encode()
    assert any("64 digits" in problem for problem in problems(rows, identity="who"))
    assert any("no column 'nobody'" in problem for problem in problems(CANDIDATES, household="nobody"))


def test_no_seats_are_refused() -> None:
    with pytest.raises(UnreadablePoolError, match="0 seats"):
        read_pool(CANDIDATES, QUOTAS, seats=0)


def test_a_supplementary_draw_has_the_quotas_less_the_members_who_stay() -> None:
    rows = "id,sex\n" + "".join(f"C{at},{'여' if at % 2 else '남'}\n" for at in range(6))
    quotas = "feature,value,min,max\nsex,여,2,3\nsex,남,1,3\n".encode()
    pool = supplement(read_pool(rows.encode(), quotas, seats=5), [("여",), ("남",), ("남",)])
    assert pool.seats == 2
    assert [(rule.minimum, rule.maximum) for rule in pool.quotas] == [(1, 2), (0, 1)]
    assert parse_bundle(prepare(pool)).seats == 2
    with pytest.raises(UnreadablePoolError, match="taken"):
        supplement(pool, [("여",), ("남",)])
    with pytest.raises(UnreadablePoolError, match="features"):
        supplement(pool, [("여", "x")])
