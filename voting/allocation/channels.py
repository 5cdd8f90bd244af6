"""Channels of one vote: encrypted ballots, paper, the assembly floor. Each has sums; the weights meet only in the total.

The file ``channels.json`` of a result bundle carries them, so that a stranger can add them up again. Extension rule:
unknown fields are refused; another meaning takes another format name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from voting.allocation.election import Election, Sums, YesNo
from voting.allocation.errors import MalformedElectionError, MalformedFieldError, WrongBundleError
from voting.allocation.fields import Fields, fraction_text, read_fraction, read_whole
from voting.encoding import JSON, canonical_json, parse_json

FORMAT = "madang-channels-1"
MAX_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Channel:
    """What came in by one way of voting.

    Attributes:
        sums: votes, scores and participants, unweighted.
        yes_no: answers to the majority question, by project id; people, never weighted.
        weight: what its sum weighs in the total.
    """

    sums: Sums
    yes_no: Mapping[str, YesNo]
    weight: Fraction = Fraction(1)


def combine_channels(parts: Mapping[str, Sums], weights: Mapping[str, Fraction]) -> Sums:
    """Add up sums of several channels (online, polling place, paper, assembly floor), each with its weight.

    The weight is on the sum and never on a person: supporters and participants are counted as people, and only the scores
    that rank the items are weighted (순천시 조례 제16조제9항 leaves the weights to the bylaws).

    Args:
        parts: sums over the same items by channel; at least one.
        weights: by channel; a channel that is not named weighs one.

    Raises:
        ValueError: the channels have different numbers of items.
    """
    rows = list(parts.items())
    return Sums(
        votes=tuple(map(sum, zip(*(part.votes for _, part in rows), strict=True))),
        scores=tuple(
            sum(
                (weights.get(channel, Fraction(1)) * score for (channel, _), score in zip(rows, row, strict=True)),
                Fraction(),
            )
            for row in zip(*(part.scores for _, part in rows), strict=True)
        ),
        voters=sum(part.voters for _, part in rows),
    )


def combine_answers(parts: Sequence[Mapping[str, YesNo]]) -> dict[str, YesNo]:
    """Add up the answers to the majority question, by project id: one person, one answer, whatever the channel."""
    found: dict[str, YesNo] = {}
    for part in parts:
        for id_, answers in part.items():
            known = found.get(id_, YesNo(0, 0))
            found[id_] = YesNo(known.yes + answers.yes, known.no + answers.no)
    return found


def channels_to_json(channels: Mapping[str, Channel]) -> bytes:
    """Write the channels of a result, canonically."""
    return canonical_json(
        {
            "format": FORMAT,
            "channels": {
                name: {
                    "weight": fraction_text(channel.weight),
                    "voters": channel.sums.voters,
                    "votes": list(channel.sums.votes),
                    "scores": [fraction_text(score) for score in channel.sums.scores],
                    "yes_no": {id_: {"yes": each.yes, "no": each.no} for id_, each in channel.yes_no.items()},
                }
                for name, channel in channels.items()
            },
        }
    )


def channels_from_json(data: bytes) -> dict[str, Channel]:
    """Read the channels of a result.

    Raises:
        MalformedJSONError: not strict JSON.
        MalformedElectionError: a field is missing, unknown or of the wrong kind.
    """
    try:
        fields = Fields(parse_json(data, max_bytes=MAX_BYTES), "the channels")
        if fields.text("format") != FORMAT:
            raise MalformedElectionError(f"not channels of format {FORMAT}")
        named = fields.take("channels")
        fields.close()
        return {name: _channel(Fields(value, f"channel {name}")) for name, value in _members(named).items()}
    except MalformedFieldError as error:
        raise MalformedElectionError(str(error)) from None


def require_combined(election: Election, channels: Mapping[str, Channel]) -> None:
    """Refuse channels that do not add up to what an election was counted from.

    Of opened ballots only participants, supporters and answers are compared: their scores follow from the ballots.

    Raises:
        WrongBundleError: they do not, or there are none.
    """
    if not channels:
        raise WrongBundleError("there is no channel")
    try:
        total = combine_channels(
            {name: each.sums for name, each in channels.items()}, {name: each.weight for name, each in channels.items()}
        )
    except ValueError:
        raise WrongBundleError("the channels have different numbers of items") from None
    if total.voters != election.voters:
        raise WrongBundleError(f"the channels have {total.voters} voters together, the election {election.voters}")
    if election.sums is not None and (total.votes, total.scores) != (election.sums.votes, election.sums.scores):
        raise WrongBundleError("the channels do not add up to the sums of the election")
    if combine_answers([each.yes_no for each in channels.values()]) != dict(election.yes_no):
        raise WrongBundleError("the channels' answers do not add up to those of the election")


def _channel(fields: Fields) -> Channel:
    channel = Channel(
        Sums(
            votes=tuple(read_whole(each, "votes") for each in fields.array("votes")),
            scores=tuple(read_fraction(each, "scores") for each in fields.array("scores")),
            voters=fields.whole("voters"),
        ),
        {id_: _answers(Fields(value, id_)) for id_, value in _members(fields.take("yes_no")).items()},
        fields.fraction("weight"),
    )
    fields.close()
    if len(channel.sums.votes) != len(channel.sums.scores):
        raise MalformedElectionError("votes and scores must be of one length")
    return channel


def _answers(fields: Fields) -> YesNo:
    found = YesNo(fields.whole("yes"), fields.whole("no"))
    fields.close()
    return found


def _members(value: JSON) -> Mapping[str, JSON]:
    if not isinstance(value, dict):
        raise MalformedFieldError("a list of channels or answers is not an object")
    return value
