"""Where things are in the demonstration: a drawn ground and a spot for what happens in one place. Lines and spots are made up."""

import json
from dataclasses import dataclass
from typing import Any

from app.cycle.models import Cycle
from app.cycle.rules import STAGES, Stage
from app.db.session import transaction
from app.demo.people import Cast
from app.places.points import GeoPoint
from app.survey.services import grounding

SOURCE = "시연을 위해 그린 약도(실제 경계와 다름)"
Offset = tuple[float, float]
"""Metres east and north of the middle of a sketch."""
Line = tuple[Offset, ...]


@dataclass(frozen=True)
class Sketch:
    """A ground drawn by hand, in metres around its middle.

    Attributes:
        middle: degrees north and east.
        spots: by the title of a proposal, its place in words and where that is.
    """

    middle: tuple[float, float]
    outline: Line
    roads: tuple[Line, ...]
    alleys: tuple[Line, ...]
    water: Line
    parks: tuple[Line, ...]
    labels: dict[str, Offset]
    spots: dict[str, tuple[str, Offset]]

    def point(self, offset: Offset) -> GeoPoint:
        """Return where an offset lies on the globe."""
        return GeoPoint.from_geojson(self._position(offset))

    def geojson(self) -> bytes:
        """Return the ground as `app.survey.services.grounding` takes it."""
        features = [_feature("outline", "Polygon", [self._line(self.outline)])]
        features += [_feature("green", "Polygon", [self._line(park)]) for park in self.parks]
        features.append(_feature("water", "LineString", self._line(self.water)))
        features += [_feature("alley", "LineString", self._line(alley)) for alley in self.alleys]
        features += [_feature("road", "LineString", self._line(road)) for road in self.roads]
        features += [_feature("label", "Point", self._position(at), name) for name, at in self.labels.items()]
        return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False).encode()

    def _line(self, offsets: Line) -> list[list[float]]:
        return [self._position(offset) for offset in offsets]

    def _position(self, offset: Offset) -> list[float]:
        east, north = offset
        # One degree of latitude is 111,320 m; of longitude, between 36.6 and 37.7 degrees north, 88,080 to 89,370 m.
        return [round(self.middle[1] + east / 88_080, 6), round(self.middle[0] + north / 111_320, 6)]


GWANSAN = Sketch(
    middle=(37.6952, 126.8658),
    outline=((-1150, -620), (-820, -900), (-260, -980), (180, -820), (640, -900), (1080, -520), (1210, 60), (980, 520), (700, 900), (160, 1010), (-320, 860), (-760, 930), (-1120, 480), (-1260, -40), (-1150, -620)),
    roads=(
        ((-1240, 60), (-700, 20), (-180, 60), (300, 20), (820, 120), (1200, 60)),
        ((-60, -950), (-20, -420), (40, 60), (20, 520), (120, 1000)),
        ((-760, 920), (-640, 420), (-700, 20), (-560, -420), (-620, -880)),
    ),
    alleys=(
        ((-640, 420), (-200, 460), (20, 520), (480, 470)),
        ((-560, -420), (-20, -420), (420, -460), (760, -380)),
        ((300, 20), (340, -260), (420, -460)),
        ((480, 470), (520, 250), (560, 70)),
        ((-420, 40), (-380, 260), (-410, 440)),
        ((-320, 50), (-280, -200), (-300, -420)),
        ((760, -380), (800, -120), (820, 120)),
    ),
    water=((-1200, -300), (-860, -260), (-520, -190), (-160, -240), (200, -180), (560, -230), (900, -180), (1190, -60)),
    parks=(
        ((540, 560), (760, 590), (720, 800), (500, 760), (540, 560)),
        ((-1000, 200), (-800, 220), (-820, 420), (-1010, 390), (-1000, 200)),
        ((60, -560), (240, -570), (250, -700), (70, -690), (60, -560)),
    ),
    labels={
        "관산동 행정복지센터": (330, 190),
        "향촌초등학교": (-480, 330),
        "공릉천": (-980, -200),
        "뒷동산": (620, 690),
        "벽제역 방면": (1020, 170),
    },
    spots={
        "통일로 문화축제": ("통일로, 관산로와 만나는 네거리부터", (10, -330)),
        "관산동 꽃밭·꽃길 가꾸기": ("통일로 길가 300미터", (30, 300)),
        "평생학습 프로그램 운영": ("행정복지센터 2층 모임방", (110, 120)),
        "마을행복창고 및 공동체 네트워크 활성화": ("비어 있는 옛 파출소", (420, 30)),
        "전통 고추장 담그기": ("향촌 경로당 공유 부엌", (-620, 120)),
    },
)  # fmt: skip
JEONDONG = Sketch(
    middle=(36.6437, 127.2583),
    outline=((-900, -700), (-300, -860), (420, -760), (880, -420), (960, 180), (620, 720), (40, 840), (-560, 700), (-940, 260), (-1000, -240), (-900, -700)),
    roads=(
        ((-960, -60), (-420, 20), (60, 0), (520, 90), (940, 60)),
        ((60, -800), (90, -360), (60, 0), (-40, 420), (20, 830)),
    ),
    alleys=(
        ((-420, 20), (-460, 360), (-40, 420)),
        ((90, -360), (480, -340), (520, 90)),
        ((-420, 20), (-380, -360), (90, -360)),
    ),
    water=((-980, -420), (-520, -520), (-60, -560), (380, -540), (860, -300)),
    parks=(
        ((-620, 420), (-420, 460), (-460, 620), (-640, 580), (-620, 420)),
    ),
    labels={
        "전동면 행정복지센터": (290, 160),
        "조천": (-620, -470),
        "마을회관": (-380, -300),
    },
    spots={
        "전동면 소공원 조성 사업": ("면사무소 옆 빈 땅", (190, 40)),
        "찾아가는 문화예술단": ("마을회관", (-380, -320)),
    },
)  # fmt: skip
SKETCHES: dict[str, Sketch] = {"gwansan": GWANSAN, "jeondong": JEONDONG}


def spot_of(slug: str, title: str) -> tuple[str, GeoPoint | None]:
    """Return a proposal's place in words and its point; both empty for what happens everywhere."""
    sketch = SKETCHES.get(slug)
    where, offset = sketch.spots.get(title, ("", None)) if sketch else ("", None)
    return where, sketch.point(offset) if sketch and offset else None


def draw_ground(cycle: Cycle, cast: Cast) -> None:
    """Give a dong with a sketch its ground, from the first days of its year on."""
    sketch = SKETCHES.get(cycle.place.slug)
    if sketch is None:
        return
    began = cycle.stages[STAGES.index(Stage.PLANNING_GROUP)].opens_at
    with transaction():
        grounding.set_ground(cycle.place, sketch.geojson(), source=SOURCE, version=0, by=cast.staff, at=began)


def _feature(kind: str, shape: str, coordinates: Any, name: str = "") -> dict[str, Any]:
    geometry = {"type": shape, "coordinates": coordinates}
    return {"type": "Feature", "properties": {"kind": kind, "name": name}, "geometry": geometry}
