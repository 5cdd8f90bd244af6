"""The result bundle: everything that a count needs in one file, listed and signed, to be recounted by anybody.

A zip archive. ``manifest.txt`` is a signed note (C2SP signed-note): the format's name, a title, the election's fingerprint
or ``-``, then one line ``<sha256>  <name>`` per other member, sorted by name. ``election.json``,
``rule.json`` and ``result.json`` are always there; what else is there (the archive, its proofs, a ``.pb`` file) is listed
and signed alike. Channels (``channels.json``) must add up to the election, and a ``trace.json`` is recounted too.
Extension rule: further members may be added; another meaning takes another format name.
"""

import hashlib
import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from voting.allocation.channels import channels_from_json, require_combined
from voting.allocation.counting import count
from voting.allocation.election_file import election_from_json
from voting.allocation.errors import MalformedBundleError, WrongBundleError
from voting.allocation.explanation.facts import give_account
from voting.allocation.rule_file import rule_from_json
from voting.allocation.trace_file import trace_to_json
from voting.encoding import JSON, canonical_json, parse_json
from voting.log.note import SignerKey, VerifierKey, parse_note, sign_note, verify_note

FORMAT = "madang-result-1"
MANIFEST = "manifest.txt"
NEEDED = ("election.json", "rule.json", "result.json")
CHANNELS = "channels.json"
MAX_BYTES = 512 * 1024 * 1024
_LINE = re.compile(r"([0-9a-f]{64})  ([a-z0-9][a-z0-9._-]{0,99})")
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Recount:
    """A bundle that was checked and recounted.

    Attributes:
        title: what the manifest says it is.
        fingerprint: the election's, "" without one.
        members: names of all listed files.
        signed_by: names of the known keys whose signatures hold; empty when no key was given.
        funded: what the recount funded, ids in order.
    """

    title: str
    fingerprint: str
    members: tuple[str, ...]
    signed_by: tuple[str, ...]
    funded: tuple[str, ...]


def write_bundle(members: Mapping[str, bytes], *, title: str, fingerprint: str, signers: Sequence[SignerKey]) -> bytes:
    """Write a bundle; equal members and keys give equal bytes.

    Raises:
        MalformedBundleError: a needed member is missing, or a name or the title is out of form.
    """
    missing = [name for name in NEEDED if name not in members]
    if missing:
        raise MalformedBundleError(f"the bundle lacks {missing[0]}")
    lines = [FORMAT, title, fingerprint or "-"]
    lines += [f"{hashlib.sha256(members[name]).hexdigest()}  {name}" for name in sorted(members)]
    if "\n" in title or not all(_LINE.fullmatch(line) for line in lines[3:]) or MANIFEST in members:
        raise MalformedBundleError("a name or the title of the bundle is out of form")
    note = sign_note("\n".join(lines) + "\n", signers).serialize()
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in [(MANIFEST, note), *sorted(members.items())]:
            entry = zipfile.ZipInfo(name, _ZIP_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
    return target.getvalue()


def result_to_json(outcome_funded: Sequence[str], total_cost: int, unspent: int) -> bytes:
    """Write the result that a recount must give, in the election's unit of money."""
    return canonical_json({"funded": list(outcome_funded), "total_cost": total_cost, "unspent": unspent})


def recount(data: bytes, keys: Iterable[VerifierKey] = ()) -> Recount:
    """Check a bundle against its manifest and recount it.

    Args:
        data: the zip archive.
        keys: whose signatures to check; without any the signature is not looked at.

    Raises:
        MalformedBundleError: not a bundle.
        WrongBundleError: a member was changed, is missing or is not listed; the channels do not add up; or the recount gives
            another result.
        InvalidSignatureError, NoKnownSignatureError: the manifest is not signed by a given key.
    """
    members = _members(data)
    note = parse_note(members.pop(MANIFEST))
    known = tuple(keys)
    signed_by = tuple(key.name for key, _ in verify_note(note, known)) if known else ()
    lines = note.text.removesuffix("\n").split("\n")
    if lines[0] != FORMAT or len(lines) < 3:
        raise MalformedBundleError(f"not a result of format {FORMAT}")
    _, title, fingerprint = lines[:3]
    listed = _listed(lines[3:])
    for name, digest in listed.items():
        if name not in members:
            raise WrongBundleError(f"{name} is listed and not there")
        if hashlib.sha256(members[name]).hexdigest() != digest:
            raise WrongBundleError(f"{name} is not the file that the manifest lists")
    unlisted = sorted(set(members) - set(listed))
    if unlisted:
        raise WrongBundleError(f"{unlisted[0]} is there and not listed")
    missing = [name for name in NEEDED if name not in members]
    if missing:
        raise MalformedBundleError(f"the bundle lacks {missing[0]}")
    election, rule = election_from_json(members["election.json"]), rule_from_json(members["rule.json"])
    if CHANNELS in members:
        require_combined(election, channels_from_json(members[CHANNELS]))
    outcome = count(election, rule)
    counted: JSON = {
        "funded": list(outcome.funded),
        "total_cost": outcome.total_cost,
        "unspent": outcome.unspent,
    }
    if parse_json(members["result.json"], max_bytes=MAX_BYTES) != counted:
        raise WrongBundleError(
            f"the recount funds {', '.join(outcome.funded) or 'nothing'}, and the result says otherwise"
        )
    if "trace.json" in members and members["trace.json"] != trace_to_json(give_account(election, rule, outcome)):
        raise WrongBundleError("the recount buys otherwise than trace.json says")
    return Recount(title, "" if fingerprint == "-" else fingerprint, tuple(listed), signed_by, outcome.funded)


def _members(data: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            names = [entry.filename for entry in entries]
            if len(set(names)) != len(names) or sum(entry.file_size for entry in entries) > MAX_BYTES:
                raise MalformedBundleError("two files of one name, or more than can be read")
            found = {name: archive.read(name) for name in names}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise MalformedBundleError(f"not a zip archive: {error}") from None
    if MANIFEST not in found:
        raise MalformedBundleError(f"the bundle lacks {MANIFEST}")
    return found


def _listed(lines: Sequence[str]) -> dict[str, str]:
    listed: dict[str, str] = {}
    for line in lines:
        match = _LINE.fullmatch(line)
        if match is None or match[2] in listed:
            raise MalformedBundleError(f"the manifest has the line '{line}'")
        listed[match[2]] = match[1]
    return listed
