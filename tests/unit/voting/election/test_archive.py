"""The container: one form only, no byte of which can be changed, moved, added or left out (T41, T56)."""

import io
from pathlib import Path

import pytest

from tests.shared_data import shared_data
from voting.election.archive import (
    BLOCK,
    MAX_MEMBER_BYTES,
    ArchiveWriter,
    archive_bytes,
    header_member,
    read_archive,
    read_header,
    read_records,
    record_members,
    require_continues_copy,
)
from voting.election.definition import SetupData
from voting.election.errors import (
    ArchiveMemberError,
    ChainError,
    EarlierCopyError,
    ElectionRefusedError,
    MalformedObjectError,
    MemberHashError,
    MissingMemberError,
    NonCanonicalObjectError,
    NotAnArchiveError,
    OversizedObjectError,
    PayloadReferenceError,
    TruncatedArchiveError,
    UnexpectedMemberError,
    UnsupportedVersionError,
)
from voting.election.events import Event, EventType, Owned, Record, SizedTally, next_record
from voting.encoding import sha256
from voting.errors import UnreadableInputError

TIME = 1_790_000_000


def setup_payloads() -> tuple[bytes, ...]:
    parts = (b'{"election":1}', b'["trustees"]', b'["credentials"]')
    return (*parts, SetupData(*(sha256(part).hex() for part in parts)).to_bytes())


def history() -> list[Record]:
    """Return records whose container is right, though nothing in them is an election."""
    tally, decryption = b"[]", b'{"decryption":1}'
    events: list[tuple[EventType, tuple[bytes, ...]]] = [
        (EventType.SETUP, setup_payloads()),
        (EventType.BALLOT, (b'{"ballot":1}',)),
        (EventType.BALLOT, (b'{"ballot":2}' + b"x" * 600,)),
        (EventType.END_BALLOTS, ()),
        (EventType.ENCRYPTED_TALLY, (tally, SizedTally(2, 2, sha256(tally).hex()).to_bytes())),
        (EventType.PARTIAL_DECRYPTION, (decryption, Owned.of(1, decryption).to_bytes())),
        (EventType.RESULT, (b'{"result":[]}',)),
    ]
    found: list[Record] = []
    for kind, payloads in events:
        found.append(next_record(found[-1].event if found else None, kind, payloads))
    return found


def written() -> bytes:
    return b"".join(archive_bytes(TIME, history()))


def members(data: bytes) -> list[bytes]:
    """Split an archive into its members, header blocks included."""
    found = []
    position = 0
    while position < len(data):
        size = int(data[position + 124 : position + 135], 8)
        end = position + BLOCK + -(-size // BLOCK) * BLOCK
        found.append(data[position:end])
        position = end
    return found


def read(data: bytes) -> list[Record]:
    file = io.BytesIO(data)
    timestamp = read_header(file)
    return [stored.record for stored in read_records(file, timestamp)]


def test_what_is_written_is_read() -> None:
    assert read(written()) == history()


def test_places_lead_to_the_data_members() -> None:
    data = written()
    file = io.BytesIO(data)
    for stored in read_records(file, read_header(file)):
        assert [data[at : at + size] for at, size in stored.places] == list(stored.record.payloads)


@pytest.mark.parametrize("folder", ["honest", "tampered"])
def test_archives_of_the_reference_tool_are_written_back_byte_by_byte(folder: str) -> None:
    archives = sorted((shared_data() / "belenios" / folder).glob("*/*.bel"))
    assert len(archives) >= 10
    same = 0
    for path in archives:
        try:
            timestamp, records = read_archive(path)
        except (ElectionRefusedError, UnreadableInputError):
            continue
        assert b"".join(archive_bytes(timestamp, records)) == path.read_bytes()
        same += 1
    assert same >= len(archives) - 3


def test_appending_one_by_one_writes_the_same_file(tmp_path: Path) -> None:
    path = tmp_path / "a.bel"
    ArchiveWriter.create(path, TIME)
    for record in history():
        # Opened anew each time: nothing but the file is remembered.
        writer = ArchiveWriter.open(path)
        assert writer.append(record.event.type, *record.payloads) == record
        assert writer.head == record.event
    assert path.read_bytes() == written()


def test_an_archive_is_never_overwritten(tmp_path: Path) -> None:
    ArchiveWriter.create(tmp_path / "a.bel", TIME)
    with pytest.raises(FileExistsError):
        ArchiveWriter.create(tmp_path / "a.bel", TIME)


def test_the_next_event_can_be_asked_for_without_writing(tmp_path: Path) -> None:
    writer = ArchiveWriter.create(tmp_path / "a.bel", TIME)
    before = writer.path.read_bytes()
    assert writer.next_event(EventType.SETUP, *setup_payloads()) == history()[0].event
    assert writer.path.read_bytes() == before


@pytest.mark.slow
def test_no_bit_of_any_header_can_be_changed() -> None:
    data = written()
    position = 0
    for member in members(data):
        for offset in range(BLOCK):
            changed = bytearray(data)
            changed[position + offset] ^= 1
            with pytest.raises((ElectionRefusedError, UnreadableInputError)):
                read(bytes(changed))
                pytest.fail(f"member at {position}, byte {offset}")
        position += len(member)


@pytest.mark.slow
def test_no_bit_of_any_body_or_padding_can_be_changed() -> None:
    data = written()
    position = 0
    for number, member in enumerate(members(data)):
        for offset in range(BLOCK, len(member)):
            changed = bytearray(data)
            changed[position + offset] ^= 1
            expected = (MemberHashError, ArchiveMemberError)
            if number == 0:
                expected += (MalformedObjectError, NonCanonicalObjectError, UnsupportedVersionError)
            with pytest.raises(expected):
                read(bytes(changed))
                pytest.fail(f"member {number}, byte {offset}")
        position += len(member)


@pytest.mark.parametrize("cut", [1, 100, 511, 512])
def test_an_archive_cut_inside_a_member_is_unreadable(cut: int) -> None:
    with pytest.raises(TruncatedArchiveError):
        read(written()[:-cut])


def test_every_cut_is_noticed_except_after_an_event() -> None:
    data = written()
    ends = set()
    position = 0
    for member in members(data):
        position += len(member)
        if b".event.json" in member[:100] or member.startswith(b"BELENIOS"):
            ends.add(position)
    for length in range(0, len(data), 64):
        if length in ends:
            read(data[:length])
            continue
        with pytest.raises((TruncatedArchiveError, NotAnArchiveError, UnexpectedMemberError)):
            read(data[:length])


@pytest.mark.parametrize(
    ("tail", "refusal"),
    [
        (bytes(512), ArchiveMemberError),
        (bytes(1024), ArchiveMemberError),
        (bytes(1), TruncatedArchiveError),
        (b"x" * 511, TruncatedArchiveError),
        (b"x" * 512, ArchiveMemberError),
    ],
)
def test_nothing_may_follow_the_last_event(tail: bytes, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        read(written() + tail)


@pytest.mark.parametrize(
    "data", [b"", b"BELENIOS", bytes(512), b"PK\x03\x04" + bytes(600), b'{"version":1}' + bytes(600)]
)
def test_what_is_no_archive_is_unreadable(data: bytes) -> None:
    with pytest.raises(NotAnArchiveError):
        read(data)


def raw_member(name: str, body: bytes, **fields: tuple[int, bytes]) -> bytes:
    """Build a member with any name; fields are (offset, bytes) written over the header before its checksum."""
    header = bytearray(record_members(next_record(None, EventType.SETUP, setup_payloads()), TIME)[:BLOCK])
    header[0:100] = name.encode().ljust(100, b"\0")
    header[124:136] = b"%011o\0" % len(body)
    for offset, value in fields.values():
        header[offset : offset + len(value)] = value
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header) + body + bytes(-len(body) % BLOCK)


BODY = b'{"x":1}'
NAME = f"{sha256(BODY).hex()}.data.json"


def test_the_builder_of_strange_members_builds_ordinary_ones_too() -> None:
    assert raw_member(NAME, BODY) == record_members(next_record(None, EventType.BALLOT, (BODY,)), TIME)[: 2 * BLOCK]


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "/etc/passwd",
        f"./{NAME}",
        f"../{NAME}",
        NAME.upper(),
        NAME.replace(".data", ".info"),
        NAME + ".gz",
        "",
        f"{'0' * 63}.data.json",
        "BELENIOS",
    ],
)
def test_a_member_with_another_kind_of_name_is_refused(name: str) -> None:
    with pytest.raises(ArchiveMemberError):
        read(header_member(TIME) + raw_member(name, BODY))


@pytest.mark.parametrize(
    "fields",
    [
        {"link": (156, b"2"), "target": (157, b"/etc/passwd")},
        {"hard link": (156, b"1"), "target": (157, b"BELENIOS")},
        {"directory": (156, b"5")},
        {"old type": (156, b"\0")},
        {"extended": (156, b"x")},
        {"mode": (100, b"0000755\0")},
        {"setuid": (100, b"0004644\0")},
        {"owner": (108, b"0001750\0")},
        {"group": (116, b"0001750\0")},
        {"time": (136, b"%011o\0" % (TIME + 1))},
        {"ustar": (257, b"ustar\00000")},
        {"gnu": (257, b"ustar  \0")},
        {"user name": (265, b"root")},
        {"prefix": (345, b"..")},
        {"end": (511, b"\1")},
        {"size in spaces": (124, b"         7 \0")},
        {"size in base 256": (124, b"\x80" + bytes(10) + b"\x07")},
        {"negative size": (124, b"\xff" * 12)},
        {"size with a sign": (124, b"-0000000007\0")},
    ],
)
def test_a_member_in_another_form_is_refused(fields: dict[str, tuple[int, bytes]]) -> None:
    with pytest.raises(ArchiveMemberError):
        read(header_member(TIME) + raw_member(NAME, BODY, **fields))


def test_a_member_that_claims_gigabytes_is_refused_unread() -> None:
    huge = raw_member(NAME, BODY, size=(124, b"%011o\0" % (MAX_MEMBER_BYTES + 1)))
    with pytest.raises(OversizedObjectError):
        read(header_member(TIME) + huge)


def test_a_member_under_another_hash_is_refused() -> None:
    with pytest.raises(MemberHashError):
        read(header_member(TIME) + raw_member(f"{'0' * 64}.data.json", BODY))


def test_members_cannot_be_moved_doubled_or_left_out() -> None:
    parts = members(written())
    for index in range(1, len(parts)):
        for changed in (
            [*parts[:index], *parts[index + 1 :]],
            [*parts[:index], parts[index], *parts[index:]],
            [*parts[:index], *reversed(parts[index : index + 2]), *parts[index + 2 :]],
        ):
            if b"".join(changed) == b"".join(parts) or changed == parts[:-1]:
                continue
            try:
                read(b"".join(changed))
            except (ElectionRefusedError, UnreadableInputError):
                continue
            # Leaving out the last event whole is a shorter history, not a wrong one.
            assert changed == parts[: len(changed)], index


def test_data_that_no_event_names_is_refused() -> None:
    extra = raw_member(NAME, BODY)
    for position in range(1, len(members(written())) + 1):
        parts = members(written())
        parts.insert(position, extra)
        with pytest.raises((UnexpectedMemberError, MissingMemberError, PayloadReferenceError)):
            read(b"".join(parts))


def test_a_flood_of_data_members_is_refused_early() -> None:
    flood = b"".join(raw_member(f"{sha256(b'%d' % n).hex()}.data.json", b"%d" % n) for n in range(6))
    with pytest.raises(UnexpectedMemberError):
        read(header_member(TIME) + flood)


@pytest.mark.parametrize(
    "change",
    [
        lambda event: Event(event.type, event.height + 1, event.parent, event.payload),
        lambda event: Event(event.type, event.height, sha256(b"other").hex(), event.payload),
        lambda event: Event(event.type, 0, None, event.payload),
    ],
)
def test_an_event_must_continue_the_chain(change) -> None:
    records = history()
    records[2] = Record(change(records[2].event), records[2].payloads)
    with pytest.raises(ChainError):
        read(b"".join(archive_bytes(TIME, records)))


def test_a_payload_must_be_the_one_that_stands_before_its_event() -> None:
    records = history()
    event = records[1].event
    records[1] = Record(Event(event.type, event.height, event.parent, sha256(b"other").hex()), records[1].payloads)
    with pytest.raises(MissingMemberError):
        read(b"".join(archive_bytes(TIME, records)))


@pytest.mark.parametrize(("position", "data"), [(0, 0), (0, 1), (0, 2), (4, 0), (5, 0)])
def test_references_inside_payloads_must_fit(position: int, data: int) -> None:
    records = history()
    payloads = list(records[position].payloads)
    payloads[data] = b'{"something":"else"}'
    records[position] = Record(records[position].event, tuple(payloads))
    with pytest.raises(PayloadReferenceError):
        read(b"".join(archive_bytes(TIME, records)))


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        (b'{"version":2,"timestamp":"1"}', UnsupportedVersionError),
        (b'{"version":1,"timestamp":1}', MalformedObjectError),
        (b'{"version":1,"timestamp":"01"}', ArchiveMemberError),
        (b'{"version":1,"timestamp":"-1"}', ArchiveMemberError),
        (b'{"version":1,"timestamp":"99999999999"}', ArchiveMemberError),
        (b'{"version": 1,"timestamp":"1"}', NonCanonicalObjectError),
        (b'{"timestamp":"1","version":1}', MalformedObjectError),
        (b'{"version":1,"timestamp":"1","x":1}', MalformedObjectError),
        (b"{}", MalformedObjectError),
        (b"", MalformedObjectError),
    ],
)
def test_the_header_has_one_form(body: bytes, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        read(raw_member("BELENIOS", body, time=(136, b"%011o\0" % 1)))


def test_the_header_itself_is_an_ordinary_member() -> None:
    assert read(raw_member("BELENIOS", b'{"version":1,"timestamp":"1"}', time=(136, b"%011o\0" % 1))) == []


@pytest.mark.parametrize("timestamp", [-1, 8**11])
def test_a_time_that_the_format_cannot_hold_is_refused(timestamp: int) -> None:
    with pytest.raises(ArchiveMemberError):
        header_member(timestamp)


def copies(tmp_path: Path, now: bytes, before: bytes) -> tuple[Path, Path]:
    (tmp_path / "now.bel").write_bytes(now)
    (tmp_path / "before.bel").write_bytes(before)
    return tmp_path / "now.bel", tmp_path / "before.bel"


def test_a_later_archive_continues_every_earlier_one(tmp_path: Path) -> None:
    data = written()
    for count in range(len(history()) + 1):
        before = b"".join(archive_bytes(TIME, history()[:count]))
        assert require_continues_copy(*copies(tmp_path, data, before)) == len(data) - len(before)


def test_a_history_that_changed_does_not_continue_the_earlier_copy(tmp_path: Path) -> None:
    records = history()
    other = [next_record(None, EventType.SETUP, setup_payloads())]
    other.append(next_record(other[0].event, EventType.BALLOT, (b'{"ballot":3}',)))
    now, before = copies(tmp_path, b"".join(archive_bytes(TIME, records)), b"".join(archive_bytes(TIME, other)))
    with pytest.raises(EarlierCopyError, match="differs"):
        require_continues_copy(now, before)


def test_a_history_that_was_shortened_does_not_continue_the_earlier_copy(tmp_path: Path) -> None:
    now, before = copies(tmp_path, b"".join(archive_bytes(TIME, history()[:3])), written())
    with pytest.raises(EarlierCopyError, match="shorter"):
        require_continues_copy(now, before)
