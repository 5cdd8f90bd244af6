"""A planning group and resources for the demonstration. Names and places are made up."""

from datetime import datetime, timedelta

from app.clock import kst_date, kst_midnight
from app.cycle.models import Cycle
from app.cycle.rules import STAGES, Stage
from app.db.session import transaction
from app.demo.ground import GWANSAN
from app.demo.people import Cast
from app.people.models import Person
from app.planning_group import services as group
from app.survey.rules import ResourceKind, ResourceWords
from app.survey.services import surveying

SLUG = "gwansan"
K = ResourceKind
PEOPLE = "조사지에 서명"
RESOURCES: tuple[tuple[ResourceKind, str, str, str, str, tuple[int, int] | None, str], ...] = (
    (K.PLACE, "관산동 느티나무 쉼터", "200년쯤 된 느티나무와 평상이 있습니다. 여름마다 어르신들이 모입니다.", "누구나 언제든지", "향촌길 어귀", (-420, 120), ""),
    (K.PLACE, "향촌 어린이공원", "미끄럼틀과 그네가 있는 작은 공원입니다. 그늘이 모자랍니다.", "누구나 언제든지", "향촌초등학교 옆", (-560, 260), ""),
    (K.PLACE, "관산 체육마당", "배드민턴과 줄넘기를 하는 포장된 마당입니다. 밤에는 불이 꺼집니다.", "아침 6시부터 저녁 9시까지", "관산로 뒤", (240, 330), ""),
    (K.PLACE, "공릉천 걷는 길", "물가를 따라 걷는 흙길입니다. 비가 오면 두 곳이 잠깁니다.", "누구나 언제든지", "공릉천 둘레", (-120, -230), ""),
    (K.SPACE, "행정복지센터 2층 모임방", "열다섯 명이 앉는 방과 빔 프로젝터가 있습니다.", "평일 저녁 7시부터 9시까지, 사흘 전에 신청", "관산동 행정복지센터", (110, 120), "관산동 행정복지센터 안내대"),
    (K.SPACE, "작은도서관 햇살", "책 3,200권과 온돌 마루가 있는 작은 도서관입니다.", "화요일부터 토요일까지, 모임은 둘째·넷째 토요일", "관산로 안쪽", (-180, 180), "도서관 대표 번호"),
    (K.SPACE, "비어 있는 옛 파출소", "2019년부터 비어 있습니다. 열쇠는 구청이 갖고 있습니다.", "쓰려면 구청과 이야기해야 합니다", "관산로 큰길가", (420, 30), ""),
    (K.SPACE, "향촌 경로당 공유 부엌", "가스레인지 네 개와 큰 솥이 있습니다. 김장을 함께 담급니다.", "수요일과 금요일 오후", "향촌길", (-620, 120), "경로당 총무 번호"),
    (K.SPACE, "교회 주차장 낮 개방", "평일 낮에 스물두 대를 댈 수 있게 열어 둡니다.", "평일 아침 9시부터 저녁 6시까지", "관산로", (620, 90), "교회 사무실 번호"),
    (K.ORGANISATION, "관산동 지역사회보장협의체", "어려운 이웃을 찾고 돕는 모임입니다. 한 달에 한 번 모입니다.", "도움이 필요한 이웃을 알려 주세요", "관산동 행정복지센터", (90, 150), "행정복지센터 복지팀"),
    (K.ORGANISATION, "향촌초 학부모 등굣길 모둠", "아침마다 건널목에서 아이들과 함께 걷습니다.", "학기 중 아침 8시에 함께할 분을 찾습니다", "향촌초등학교 앞", (-460, 300), ""),
    (K.ORGANISATION, "관산 마을밴드", "스무 살부터 일흔 살까지 열한 명이 함께 연주합니다.", "목요일 저녁 연습, 새로 오는 분을 반깁니다", "옛 창고", (330, -300), "밴드 대표 메일"),
    (K.ORGANISATION, "공릉천 지킴이", "달마다 물가를 돌며 쓰레기를 줍고 새를 셉니다.", "셋째 일요일 아침", "공릉천", (300, -200), "모임 누리집"),
    (K.SHOP, "향촌 책방", "헌책과 그림책을 파는 작은 가게입니다. 한 달에 두 번 읽기 모임을 엽니다.", "읽기 모임은 누구나", "향촌길", (-320, 20), "가게 번호"),
    (K.SHOP, "나눔 반찬가게", "남은 반찬을 저녁 7시에 혼자 사는 이웃과 나눕니다.", "평일 저녁 7시", "관산시장", (-60, -60), "가게 번호"),
    (K.SHOP, "자전거 수리점 바퀴", "중학생에게 수리를 가르쳐 줍니다.", "토요일 오후, 미리 말해 주세요", "관산로", (210, -20), "가게 번호"),
    (K.SHOP, "관산 떡집", "40년 된 떡집입니다. 마을 잔치에 재료값만 받고 떡을 냅니다.", "한 주 전에 부탁", "관산시장", (-90, -30), "가게 번호"),
    (K.NATURE, "뒷동산 참나무숲", "도토리와 다람쥐가 많은 숲입니다. 오르는 길 두 곳이 파였습니다.", "누구나 언제든지", "뒷동산", (630, 690), ""),
    (K.NATURE, "공릉천 흰목물떼새 자리", "봄마다 흰목물떼새가 알을 낳는 자갈밭입니다.", "4월부터 6월까지는 들어가지 않습니다", "공릉천 아래쪽", (860, -170), ""),
    (K.NATURE, "옛 우물", "지금도 물이 나옵니다. 뚜껑이 깨져 있습니다.", "안을 들여다보지 마세요", "샘골", (-860, 300), ""),
    (K.STORY, "관산나루 이야기", "공릉천에 배가 다니던 때의 나루터가 있었다고 합니다.", "둘째 토요일에 이야기 산책이 있습니다", "공릉천 다리 옆", (20, -250), ""),
    (K.STORY, "벽제관 가던 옛길", "사신이 쉬어 가던 벽제관으로 이어지던 길입니다.", "표지판이 없어 안내가 필요합니다", "관산로", (900, 110), ""),
    (K.EVENT, "관산 단오 한마당", "해마다 단오 무렵 씨름과 그네를 함께합니다.", "준비 모임은 5월 첫 주", "관산 체육마당", (260, 310), ""),
    (K.EVENT, "골목 장터", "집에서 쓰지 않는 물건을 나누는 장터입니다.", "봄과 가을 둘째 토요일", "향촌길", (-350, -60), ""),
    (K.PEOPLE, "매듭 선생님", "전통 매듭을 마흔 해 엮었습니다. 아이들에게 가르친 적이 있습니다.", "작은도서관에서 만날 수 있습니다", "3통 둘레", None, "작은도서관 햇살을 통해"),
    (K.PEOPLE, "텃밭 이장님", "씨앗을 받아 나누고 거름 만드는 법을 알려 줍니다.", "봄에 씨앗 나눔", "7통 둘레", None, ""),
)  # fmt: skip
TEAMS = (
    ("골목과 안전", "건널목, 어두운 골목, 주차"),
    ("나무와 물", "느티나무 쉼터, 공릉천, 뒷동산"),
    ("이야기와 잔치", "옛길과 나루, 단오 한마당, 골목 장터"),
)


def show_survey(cycle: Cycle, cast: Cast, residents: list[Person], at: datetime) -> None:
    """Give the demonstration's dong its planning group and its resources, in the stages where they belong."""
    place = cycle.place
    began = cycle.stages[STAGES.index(Stage.PLANNING_GROUP)].opens_at
    if cycle.current.stage is Stage.PLANNING_GROUP:
        _gather(
            cycle, cast, residents[1:4], began, teams=()
        )  # the call is open, and the ready resident may still apply
    elif cycle.current.stage is Stage.RESOURCE_SURVEY:
        _gather(cycle, cast, residents, began)
    if place.slug != SLUG:
        return
    members = residents[: max(6, len(residents) // 2)]
    _gather(cycle, cast, members, began)
    surveyed = cycle.stages[STAGES.index(Stage.RESOURCE_SURVEY)].opens_at
    for number, (kind, name, text, use, where, offset, contact) in enumerate(RESOURCES):
        day = surveyed + timedelta(days=1 + number // 2, hours=10)
        agreed = kst_date(day) if contact or kind is K.PEOPLE else None
        words = ResourceWords(
            kind,
            name,
            text,
            use,
            where,
            GWANSAN.point(offset) if offset else None,
            contact,
            agreed,
            PEOPLE if agreed else "",
        )
        with transaction():
            by = members[number % len(members)]
            row = surveying.add_resource(place, words, once=f"demo-{number}", by=by, at=day)
        if number < len(RESOURCES) - 1:  # the last one waits to be looked at
            with transaction():
                surveying.check_resources(place, [(row.id, row.version)], by=cast.staff, at=day + timedelta(hours=20))


def _gather(
    cycle: Cycle, cast: Cast, members: list[Person], began: datetime, *, teams: tuple[tuple[str, str], ...] = TEAMS
) -> None:
    first = kst_date(began) + timedelta(days=2)
    words = group.CallWords(
        f"{cycle.year}년 마을계획단을 찾습니다",
        "한 달에 두 번 모여 동네를 둘러보고, 마을 자원을 찾고, 한 해의 계획을 함께 세웁니다. 처음이어도 괜찮습니다.",
        40,
        kst_midnight(first),
        kst_midnight(first + timedelta(days=25)),
    )
    with transaction():
        call = group.announce_call(cycle, words, once=f"demo-{cycle.id}", by=cast.staff, at=began + timedelta(days=1))
        made = [
            group.make_team(
                cycle,
                name=name,
                topic=topic,
                once=f"demo-{cycle.id}-{name}",
                by=cast.staff,
                at=began + timedelta(days=30),
            )
            for name, topic in teams
        ]
    for number, person in enumerate(members):
        day = kst_midnight(first + timedelta(days=1 + number % 20)) + timedelta(hours=11)
        with transaction():
            row = group.apply(call.id, motive="동네를 함께 둘러보고 싶습니다.", by=person, at=day)
        with transaction():
            group.accept(row.id, version=row.version, by=cast.staff, at=day + timedelta(days=2))
            if made:
                group.join_team(made[number % len(made)].id, cycle, by=person, at=began + timedelta(days=31))
    for team, lead in zip(made, members, strict=False):
        with transaction():
            group.edit_team(
                team.id, name=team.name, topic=team.topic, lead_id=lead.id, version=team.version, by=cast.staff,
                at=began + timedelta(days=32),
            )  # fmt: skip
