"""An earlier year of one dong, made up from beginning to end: points counted by Equal Shares, with its explained result.

Sixteen neighbours want the three large projects, which together take nearly all the money; twelve want the three small ones.
Most points first would leave the twelve with one small thing; Equal Shares funds two of the large projects and all the small ones.
"""

from app.agenda.rules import Field
from app.assembly.rules import BallotForm, Preference
from app.assembly.rules.choosing import TIES
from app.cycle.rules import Stage
from app.demo.story import DemoDong, Item
from app.places.rules import PlaceKind
from voting.allocation import Completion, Rule, RuleName, TieOrder

POINTS_FORM = BallotForm(Preference.POINTS, at_most=10, per_item=5)
POINTS_RULE = Rule(RuleName.EQUAL_SHARES, completion=Completion.ADD1U, increment=10_000, ties=TieOrder(TIES))
_MADE_UP = " (지어낸 보기)"
"""Beside every title, since the titles and votes of the other dongs are published ones."""


def _item(title: str, cost_won: int, field: Field, body: str) -> Item:
    return Item(title + _MADE_UP, 0, cost_won, field, body)


_HALF = (
    (4, 3, 3, 0, 0, 0), (3, 3, 4, 0, 0, 0), (4, 2, 4, 0, 0, 0), (3, 3, 4, 0, 0, 0), (4, 3, 3, 0, 0, 0),
    (3, 3, 4, 0, 0, 0), (4, 3, 3, 0, 0, 0), (3, 4, 3, 0, 0, 0), (0, 0, 0, 4, 3, 3), (0, 0, 0, 4, 3, 3),
    (0, 0, 0, 4, 4, 2), (0, 0, 0, 4, 4, 2), (0, 0, 0, 3, 3, 4), (0, 0, 0, 3, 3, 4), (0, 0, 0, 0, 0, 0),
)  # fmt: skip
"""Points of half the voters for each item; the other half vote alike."""

LAST_YEAR = DemoDong(
    "상면", "Sang-myeon", "sangmyeon",
    ((PlaceKind.CITY, "경기도", "Gyeonggi-do", "gyeonggi"), (PlaceKind.DISTRICT, "가평군", "Gapyeong-gun", "gapyeong")),
    5_400, Stage.EVALUATION,
    (
        _item("비탈길 난간과 쉼터", 11_000_000, Field.SAFETY, "눈이 오면 미끄러운 비탈길에 난간을 달고 중간에 앉을 곳을 둡니다."),
        _item("놀이터 그늘막", 9_000_000, Field.CHILDREN, "여름에 뜨거운 놀이터 두 곳에 그늘막을 칩니다."),
        _item("가을 마을잔치", 8_000_000, Field.CULTURE, "하루를 정해 길을 비우고 이웃이 함께 먹고 노래합니다."),
        _item("혼자 사는 이웃 반찬 나눔", 5_000_000, Field.WELFARE, "한 달에 두 번 반찬을 만들어 혼자 사는 이웃에게 나릅니다."),
        _item("빗물받이 지킴이", 2_500_000, Field.ENVIRONMENT, "장마 전에 빗물받이를 치우고 마을마다 지킴이를 둡니다."),
        _item("마을 책 상자", 1_500_000, Field.COMMUNITY, "누구나 넣고 빌려 가는 책 상자를 마을 다섯 곳에 둡니다."),
    ),
    residents=2 * len(_HALF),
    electors=140,
    points=_HALF * 2,
)  # fmt: skip
