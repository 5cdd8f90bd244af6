"""How proposals are found by words, and which are alike; the same on every database. Pure.

Korean joins its words, so whole words are no help (주차 must find 주차장), and neither SQLite's trigrams nor PostgreSQL's
find words of two syllables (libraries.md §2.1). Overlapping pairs of letters do: they lead to the candidates, and a
candidate is found where every typed word, or a word that means the same, stands in its text.

Alike are titles with many rare letters and pairs in common (character 1–2-gram TF-IDF, spaces removed, cosine), after
words that mean the same were made one word. Measured in deliberation.md §6: good for a ranking, never for an automatic
merge.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import log, sqrt

from app.errors import InvalidInput
from app.i18n import N_

_WORD = re.compile(r"[^\W_]+")
MAX_WORDS = 6
MAX_TERMS = 3_000
MAX_VARIANTS = 12
MOST_GROUPS = 500
CLOSE = 0.35
"""So alike that the author is asked before a second agenda is made: on invented titles every such pair was a true one."""
ALIKE = 0.15
"""Less than this is not worth a look; the best balance of hits and misses lies a little above (0.21 to 0.23)."""

DEFAULT_SYNONYMS = """\
CCTV = 방범카메라 = 감시카메라
건널목 = 횡단보도
어르신 = 노인 = 경로
반려견 = 반려동물 = 애견
꽃밭 = 화단
보도블록 = 보도블럭 = 인도블록
쓰레기통 = 휴지통
의자 = 벤치
가로등 = 보안등
주차장 = 주차공간
놀이터 = 놀이공간
도서관 = 책방
그늘막 = 차양
"""


def words_of(text: str) -> list[str]:
    """Return the words of a text in normal form (NFC, lower case), so that decomposed letters (NFD) are found, too."""
    return _WORD.findall(unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text)).casefold())


def plain(text: str) -> str:
    """Return a text as it is searched: its words in normal form, one space between them."""
    return " ".join(words_of(text))


def pairs_of(word: str) -> set[str]:
    """Return the overlapping pairs of letters of a word in normal form."""
    return {word[i : i + 2] for i in range(len(word) - 1)}


def terms_of(text: str) -> set[str]:
    """Return the pairs under which a text is kept."""
    found: set[str] = set()
    for word in words_of(text):
        found |= pairs_of(word)
        if len(found) >= MAX_TERMS:
            break
    return found


@dataclass(frozen=True)
class Synonyms:
    """Groups of words that mean the same, in normal form."""

    groups: tuple[tuple[str, ...], ...] = ()

    def variants(self, word: str) -> list[str]:
        """Return a word in normal form and how else it may be written, itself first."""
        found = [word]
        for group in self.groups:
            for member in group:
                if member in word:
                    found += [word.replace(member, other) for other in group if other != member]
        return list(dict.fromkeys(found))[:MAX_VARIANTS]

    def unified(self, text: str) -> str:
        """Return a text in normal form in which every member of a group became the first one; longest members first."""
        leaders = {member: group[0] for group in self.groups for member in group[1:]}
        for member in sorted(leaders, key=len, reverse=True):
            text = text.replace(member, leaders[member])
        return text


def read_synonyms(typed: str) -> Synonyms:
    """Read a table, one group a line: ``CCTV = 방범카메라``.

    Raises:
        InvalidInput: a line with fewer than two words, a word in two groups, or too many groups; ``field`` is ``words``.
    """
    groups: list[tuple[str, ...]] = []
    seen: set[str] = set()
    for line in typed.splitlines():
        words = [plain(part).replace(" ", "") for part in line.split("=")]
        if not any(words):
            continue
        if len(words) < 2 or not all(words):  # noqa: PLR2004 - one word means the same as nothing
            raise InvalidInput(
                N_("한 줄에 같은 뜻의 말을 둘 이상, =로 이어 적어 주세요: %(line)s"), field="words", line=line
            )
        short = next((word for word in words if len(word) < 2), None)  # noqa: PLR2004 - a letter stands in every word
        if short is not None:
            raise InvalidInput(
                N_("“%(word)s”은(는) 너무 짧습니다. 두 글자부터 적어 주세요."), field="words", word=short
            )
        twice = next((word for word in words if word in seen or words.count(word) > 1), None)
        if twice is not None:
            raise InvalidInput(N_("“%(word)s”이(가) 두 번 나옵니다."), field="words", word=twice)
        seen.update(words)
        groups.append(tuple(words))
    if len(groups) > MOST_GROUPS:
        raise InvalidInput(N_("%(most)s줄까지 적을 수 있습니다."), field="words", most=MOST_GROUPS)
    return Synonyms(tuple(groups))


class Likeness:
    """Ranks titles by likeness. Built anew for each question: a thousand titles take a few hundredths of a second."""

    def __init__(self, titles: Iterable[tuple[int, str]], synonyms: Synonyms) -> None:
        self._synonyms = synonyms
        counted = [(key, Counter(self._grams(title))) for key, title in titles]
        frequency = Counter(gram for _, grams in counted for gram in grams)
        self._rarity = {gram: log((1 + len(counted)) / (1 + n)) + 1 for gram, n in frequency.items()}
        self._unseen = log(1 + len(counted)) + 1
        self._vectors = [(key, self._weighed(grams)) for key, grams in counted]

    def nearest(self, title: str, *, most: int = 5, at_least: float = ALIKE) -> list[tuple[int, float]]:
        """Return the keys of the most alike titles with their likeness (0 … 1), the most alike first."""
        wanted = self._weighed(Counter(self._grams(title)))
        scored = [
            (key, sum(weight * vector.get(gram, 0.0) for gram, weight in wanted.items()))
            for key, vector in self._vectors
        ]
        # Rounded, so that sums in another order rank equal titles alike on every machine.
        scored = [(key, round(score, 9)) for key, score in scored if score >= at_least]
        return sorted(scored, key=lambda pair: (-pair[1], pair[0]))[:most]

    def _grams(self, title: str) -> list[str]:
        letters = self._synonyms.unified(plain(title).replace(" ", ""))
        return [*letters, *(letters[i : i + 2] for i in range(len(letters) - 1))]

    def _weighed(self, grams: Counter[str]) -> dict[str, float]:
        weights = {gram: n * self._rarity.get(gram, self._unseen) for gram, n in grams.items()}
        length = sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        return {gram: weight / length for gram, weight in weights.items()}
