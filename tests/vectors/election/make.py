"""Write the test vectors of ballots: ``python -m tests.vectors.election.make``.

Each file holds one election, one credential, a vote, the randomness consumed in order, and the ballot that follows: a
second implementation (the booth in the browser) that consumes the same randomness in the same order must arrive at the
same bytes. The order is told in ``voting/election/casting.py``; each entry names what it is used for.
"""

import json
import random as seeded
from pathlib import Path
from typing import Any

from voting.election.casting import make_ballot
from voting.election.credentials import Credential, derive_credential, new_code
from voting.election.definition import Election
from voting.election.group import group_named
from voting.election.questions import HomomorphicQuestion, NonHomomorphicQuestion, Question
from voting.encoding import base64_unpadded, sha256

FOLDER = Path(__file__).resolve().parent

CHOOSE = HomomorphicQuestion("어느 사업을 먼저 할까요?", ("도서관", "화단", "쉼터"), 1, 2)
BLANK = HomomorphicQuestion('회칙 "제3조" \\ 개정/폐지?', ("찬성", "반대"), 1, 1, blank=True)
TWENTY = HomomorphicQuestion("사업을 다섯 개까지", tuple(f"사업 {n}" for n in range(1, 21)), 1, 5)
RANKED = NonHomomorphicQuestion("순위", ("가", "나", "다"))

CASES: dict[str, tuple[str, list[Question], list[list[int]], bool]] = {
    "ed25519-choose": ("Ed25519", [CHOOSE], [[1, 0, 1]], False),
    "ed25519-blank": ("Ed25519", [BLANK], [[1, 0, 0]], False),
    "ed25519-not-blank": ("Ed25519", [BLANK], [[0, 0, 1]], False),
    "ed25519-ranked": ("Ed25519", [RANKED], [[3, 255, 0]], False),
    "ed25519-several": ("Ed25519", [CHOOSE, BLANK, RANKED], [[0, 1, 0], [0, 1, 0], [1, 2, 3]], False),
    "ed25519-twenty": ("Ed25519", [TWENTY], [[1, 0, 0, 1] + [0] * 15 + [1]], False),
    "ed25519-old-code": ("Ed25519", [CHOOSE], [[0, 0, 1]], True),
    "belenios-2048-several": ("BELENIOS-2048", [CHOOSE, BLANK], [[1, 1, 0], [1, 0, 0]], False),
    "rfc-3526-2048-ranked": ("RFC-3526-2048", [RANKED], [[1, 2, 3]], False),
}


def uses(questions: list[Question]) -> list[str]:
    """Return what each consumed number is used for, in order."""
    found: list[str] = []

    def disjunction(name: str, disjuncts: int) -> None:
        found.extend(f"{name}: challenge {n}" for n in range(disjuncts))
        found.extend(f"{name}: response {n}" for n in range(disjuncts))
        found.append(f"{name}: nonce")

    for q, question in enumerate(questions):
        if isinstance(question, NonHomomorphicQuestion):
            found += [f"question {q}: randomness", f"question {q}: nonce"]
            continue
        found += [f"question {q}: randomness of choice {c}" for c in range(question.width)]
        for c in range(question.width):
            disjunction(f"question {q}: individual proof {c}", 2)
        if question.blank:
            disjunction(f"question {q}: blank proof", 2)
        disjunction(f"question {q}: overall proof", question.maximum - question.minimum + (2 if question.blank else 1))
    return [*found, "signature: nonce"]


def vector(name: str) -> dict[str, Any]:
    """Return one vector; the randomness is seeded by its name."""
    group_name, questions, votes, old = CASES[name]
    group = group_named(group_name)
    draw = seeded.Random(name).randrange
    consumed: list[int] = []

    def recorded(below: int) -> int:
        consumed.append(draw(below))
        return consumed[-1]

    uuid = "4R8BtGkq2sMZ3x"
    code = new_code(random=draw, old_format=old)
    credential: Credential = derive_credential(code, uuid=uuid, group=group)
    election = Election.create(
        name="벡터",
        description=name,
        group=group,
        public_key=group.power(group.generator, 1 + draw(group.order - 1)),
        questions=questions,
        uuid=uuid,
        extensions={"projects": [{"cost_won": 1000, "id": 1}]},
    )
    prepared = make_ballot(election, credential, votes, random=recorded)
    return {
        "election": election.data.decode(),
        "fingerprint": election.fingerprint,
        "code": code,
        "secret": str(credential.secret),
        "credential": group.serialize(credential.public),
        "votes": votes,
        "randomness": [{"use": use, "value": str(value)} for use, value in zip(uses(questions), consumed, strict=True)],
        "ballot": prepared.data.decode(),
        "ballot_sha256": base64_unpadded(sha256(prepared.data)),
        "tracker": prepared.tracker,
        "opening": prepared.opening.to_bytes().decode(),
    }


def text(name: str) -> str:
    """Return the file's text."""
    return json.dumps(vector(name), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    for case in CASES:
        (FOLDER / f"{case}.json").write_text(text(case), encoding="utf-8")
