"""What the demonstration tells: eight real dongs, one in each stage of the year. Pure data.

Titles and vote counts are published ones (``data/village_assemblies.json``); costs, dates, populations, opinions and
reviews are made up and marked on every page.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.agenda.rules import Field
from app.cycle.rules import Stage
from app.places.rules import PlaceKind

CASES: dict[str, dict[str, Any]] = {
    case["id"]: case
    for case in json.loads((Path(__file__).parent / "data" / "village_assemblies.json").read_text())["cases"]
}


@dataclass(frozen=True)
class Item:
    """A title with its published votes (or none) and a made-up cost."""

    title: str
    votes: int
    cost_won: int
    field: Field
    body: str


@dataclass(frozen=True)
class DemoDong:
    """A dong of the demonstration."""

    name: str
    name_en: str
    slug: str
    above: tuple[tuple[PlaceKind, str, str, str], ...]
    population: int
    stage: Stage
    items: tuple[Item, ...] = ()
    k_votes: int = 3
    residents: int = 12
    electors: int = 0
    """How many verified residents may vote (made up): the residents, who did, and neighbours who did not; 0: nobody more."""
    points: tuple[tuple[int, ...], ...] = ()
    """Made-up ballots in points; where there are none, voters choose items and the published counts come out."""


def _items(case: str, costs: list[int], fields: list[Field], bodies: list[str]) -> tuple[Item, ...]:
    rows = CASES[case]["items"]
    return tuple(
        Item(title, votes if isinstance(votes, int) else 0, cost, kind, body)
        for (title, votes, *_), cost, kind, body in zip(rows, costs, fields, bodies, strict=True)
    )


GYEONGGI = (PlaceKind.CITY, "경기도", "Gyeonggi-do", "gyeonggi")
SEJONG = (PlaceKind.CITY, "세종특별자치시", "Sejong", "sejong")
SEOUL = (PlaceKind.CITY, "서울특별시", "Seoul", "seoul")
CHUNGBUK = (PlaceKind.CITY, "충청북도", "Chungcheongbuk-do", "chungbuk")

DONGS: tuple[DemoDong, ...] = (
    DemoDong(
        "관산동", "Gwansan-dong", "gwansan",
        (GYEONGGI, (PlaceKind.DISTRICT, "고양시", "Goyang-si", "goyang")), 31_200, Stage.ASSEMBLY,
        _items(
            "gwansan-2022",
            [12_000_000, 6_000_000, 8_000_000, 5_000_000, 3_000_000, 4_000_000],
            [Field.CULTURE, Field.ENVIRONMENT, Field.CHILDREN, Field.COMMUNITY, Field.CULTURE, Field.COMMUNITY],
            [
                "통일로를 하루 막고 주민이 함께 만드는 문화축제를 엽니다. 동아리 공연과 나눔 장터를 함께 합니다.",
                "통일로 300미터에 철마다 꽃을 심고 주민이 구역을 나누어 돌봅니다.",
                "누구나 배울 수 있는 강좌를 한 해 여덟 번 엽니다. 가르치는 사람도 주민입니다.",
                "함께 나누는 곳간을 두고, 동네 모임들이 서로 돕도록 잇습니다.",
                "어르신에게 배워 전통 고추장을 담그고 혼자 사는 이웃과 나눕니다.",
                "동네 소식을 주민 기자가 써서 철마다 종이로 펴냅니다.",
            ],
        ),
        k_votes=3, residents=40,
    ),
    DemoDong(
        "상면", "Sang-myeon", "sangmyeon",
        (GYEONGGI, (PlaceKind.DISTRICT, "가평군", "Gapyeong-gun", "gapyeong")), 5_400, Stage.INSPECTION,
        _items(
            "sangmyeon-2022",
            [6_000_000, 4_200_000, 3_000_000, 3_500_000, 2_500_000, 2_800_000, 2_000_000],
            [Field.COMMUNITY, Field.ENVIRONMENT, Field.WELFARE, Field.CULTURE, Field.WELFARE, Field.ECONOMY, Field.FACILITIES],
            [
                "주민이 직접 마을의 일감을 찾아 다듬는 모임을 분기마다 엽니다. 마을회관 네 곳을 돌며 엽니다.",
                "쓰레기가 자주 버려지는 곳 열두 곳에 현수막을 겁니다. 휴가철 전에 걸고 10월에 거둡니다.",
                "혼자 사는 어르신의 생신에 위원과 청소년이 찾아가 안부를 여쭙니다.",
                "주민 합창단을 만들어 한 달에 두 번 연습하고 마을 잔치에서 노래합니다.",
                "먹을거리를 나누는 곳간을 면사무소 앞에 두고 누구나 채우고 가져갑니다.",
                "걷는 길과 가게를 담은 종이 지도를 만듭니다. 큰 글씨판을 함께 냅니다.",
                "잣고을 들머리에 마을을 알리는 표지판을 세웁니다.",
            ],
        ),
        k_votes=2, residents=14,
    ),
    DemoDong(
        "도담동", "Dodam-dong", "dodam", (SEJONG,), 25_001, Stage.DISCOVERY,
        _items(
            "dodam-2020", [15_000_000, 9_000_000], [Field.ECONOMY, Field.SAFETY],
            [
                "먹자골목을 찾는 사람이 줄었습니다. 달마다 골목 잔치를 열고 안내판을 새로 달면 좋겠습니다.",
                "도램뜰 공원 둘레가 밤에 어둡습니다. 가로등을 더 놓아 안심하고 걷게 해 주세요.",
            ],
        ),
        k_votes=2, residents=9,
    ),
    DemoDong(
        "목행용탄동", "Mokhaeng-Yongtan-dong", "mokhaeng",
        (CHUNGBUK, (PlaceKind.DISTRICT, "충주시", "Chungju-si", "chungju")), 6_349, Stage.DRAFTING,
        _items(
            "mokhaeng-2024", [20_000_000, 15_000_000, 3_600_000, 4_400_000],
            [Field.FACILITIES, Field.FACILITIES, Field.WELFARE, Field.WELFARE],
            [
                "비가 와도 운동할 수 있는 다목적 체육관의 밑그림을 그리고 땅을 알아봅니다.",
                "남한강변에 그늘과 의자를 놓아 주민이 쉬는 작은 공원을 만듭니다.",
                "골목마다 걸터앉을 간이벤치를 놓아 어르신이 쉬어 가게 합니다.",
                "어르신의 영정사진과 청춘사진을 찍어 드립니다. 사진사는 동네 동아리입니다.",
            ],
        ),
        residents=10,
    ),
    DemoDong(
        "전동면", "Jeondong-myeon", "jeondong", (SEJONG,), 3_200, Stage.EXECUTION,
        _items(
            "jeondong-2024", [12_000_000, 5_000_000, 10_000_000],
            [Field.FACILITIES, Field.COMMUNITY, Field.CULTURE],
            [
                "면사무소 옆 빈 땅에 나무를 심고 의자를 놓아 작은 공원을 만듭니다.",
                "주민 기자가 마을신문을 써서 철마다 집집이 돌립니다.",
                "찾아가는 문화예술단이 마을회관을 돌며 공연합니다.",
            ],
        ),
        k_votes=1, residents=99, electors=330,
    ),
    DemoDong(
        "대평동", "Daepyeong-dong", "daepyeong", (SEJONG,), 11_300, Stage.EVALUATION,
        _items(
            "daepyeong-2022",
            [11_000_000, 8_000_000],
            [Field.FACILITIES, Field.CULTURE],
            [
                "주민센터 한쪽에 누구나 쉬고 이야기하는 방을 꾸밉니다.",
                "주민이 모두 모이는 한마당을 가을에 엽니다.",
            ],
        ),
        k_votes=1, residents=79, electors=270,
    ),
    DemoDong(
        "행당1동", "Haengdang 1-dong", "haengdang1",
        (SEOUL, (PlaceKind.DISTRICT, "성동구", "Seongdong-gu", "seongdong")), 21_400, Stage.PLANNING_GROUP, residents=6,
    ),
    DemoDong(
        "길음1동", "Gireum 1-dong", "gireum1",
        (SEOUL, (PlaceKind.DISTRICT, "성북구", "Seongbuk-gu", "seongbuk")), 33_800, Stage.RESOURCE_SURVEY, residents=6,
    ),
)  # fmt: skip

UNITS: dict[Field, str] = {
    Field.CULTURE: "마을문화분과",
    Field.ENVIRONMENT: "마을환경분과",
    Field.SAFETY: "안전분과",
    Field.WELFARE: "복지분과",
    Field.CHILDREN: "교육분과",
    Field.FACILITIES: "마을환경분과",
    Field.ECONOMY: "마을경제분과",
    Field.COMMUNITY: "총무분과",
}
OPINIONS: tuple[tuple[int, str, str], ...] = (
    (1, "amend", "어르신도 쉽게 함께할 수 있게 안내해 주세요."),
    (2, "amend", "현수막보다 화분을 놓으면 덜 버린다고 들었습니다. 함께 검토해 주세요."),
    (2, "agree", "휴가철 전에 걸어 주시면 좋겠습니다."),
    (6, "amend", "지도에 잣 농가 체험 날짜도 함께 실어 주세요."),
    (0, "agree", "계획이 읽기 쉬워 좋습니다. 글씨만 조금 더 크게 인쇄해 주세요."),
)
