"""A whole key ceremony in one call, for tests that need its messages or its outcome."""

import random as seeded
from dataclasses import dataclass

from voting.election.group import Group
from voting.election.trustees.ceremony.commitment import reveal
from voting.election.trustees.ceremony.keys import assemble, compute_key
from voting.election.trustees.ceremony.messages import CommitmentRound, MemberInput, MemberOutput, PolynomialMessage
from voting.election.trustees.ceremony.polynomial import draw_polynomial, member_input
from voting.election.trustees.ceremony.roster import Ceremony
from voting.election.trustees.channel import Cipher
from voting.election.trustees.objects import CertificateContext, PedersenParameters, SignedMessage
from voting.election.trustees.pki import TrusteeSecrets, draw_seed, make_certificate


@dataclass
class Held:
    """A ceremony up to the members' inputs, with all secrets; `outputs` and `parameters` finish it."""

    ceremony: Ceremony
    seeds: list[str]
    secrets: list[TrusteeSecrets]
    polynomials: list[PolynomialMessage]
    committed: CommitmentRound
    random: object

    def input(self, number: int) -> MemberInput:
        return member_input(self.ceremony, self.polynomials, number)

    def output(self, number: int) -> MemberOutput:
        return compute_key(
            self.ceremony, self.secrets[number - 1], self.input(number), self.committed, random=self.random
        )

    def outputs(self) -> list[MemberOutput]:
        return [self.output(number) for number in range(1, self.ceremony.size + 1)]

    def parameters(self) -> PedersenParameters:
        return assemble(self.ceremony, self.polynomials, self.outputs())


def certificates(group: Group, threshold: int, secrets: list[TrusteeSecrets], random) -> list[SignedMessage]:
    """Return everybody's certificate."""
    return [
        make_certificate(group, own, CertificateContext(group.name, len(secrets), threshold, number), random=random)
        for number, own in enumerate(secrets, start=1)
    ]


def hold_ceremony(group: Group, threshold: int, size: int, *, seed: int = 1, cipher: Cipher = Cipher.GCM) -> Held:
    """Hold an honest ceremony up to the point where every member has what it needs to compute its key."""
    random = seeded.Random(seed).randrange
    seeds = [draw_seed(random) for _ in range(size)]
    secrets = [TrusteeSecrets.from_seed(text, group) for text in seeds]
    ceremony = Ceremony.begin(group, threshold, certificates(group, threshold, secrets, random))
    drawn = [draw_polynomial(ceremony, own, cipher=cipher, random=random) for own in secrets]
    commitments = [commitment for commitment, _ in drawn]
    polynomials = [message for _, message in drawn]
    acknowledgements = [
        reveal(ceremony, own, commitments, message, random=random)
        for own, message in zip(secrets, polynomials, strict=True)
    ]
    committed = CommitmentRound(tuple(commitments), tuple(acknowledgements))
    return Held(ceremony, seeds, secrets, polynomials, committed, random)
