"""What a witness's program asks of a board, and what it leaves there. Public; no cookie says anything here.

The formats are those of C2SP (tlog-checkpoint, tlog-witness, tlog-policy), so that other people's witnesses can be fed with
them; the direction is ours: the witness comes to the board.
"""

from flask import Response as FlaskResponse
from flask import jsonify, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.assembly.models import Assembly
from app.assembly.queries import require_assembly
from app.assembly.services import inclusion
from app.assembly.witnesses import queries
from app.assembly.witnesses.rules import Trust
from app.assembly.witnesses.services.cosigning import MAX_NOTE_BYTES, take_cosignatures
from app.assembly.witnesses.views.blueprint import blueprint
from app.clock import utc_now
from app.cycle.queries import cycle_of_year
from app.db.session import transaction
from app.errors import Conflict, InvalidInput, NotFound
from app.extensions import csrf, limiter
from app.i18n import N_
from app.places.queries import place_by_slug
from voting.log.checkpoint import parse_checkpoint_text, parse_size
from voting.log.witness import AddCheckpoint

PER_ADDRESS = "120 per minute"


@blueprint.get("/<slug:slug>/assembly/<int:year>/checkpoint")
@limiter.limit(PER_ADDRESS)
def checkpoint(slug: str, year: int) -> Response:
    """Return the head that was last put before the witnesses, with the cosignatures there are (C2SP tlog-checkpoint)."""
    assembly = _board(slug, year)
    return _text(inclusion.head_of(assembly, _offered_size(assembly)).serialize())


@blueprint.get("/<slug:slug>/assembly/<int:year>/add-checkpoint")
@limiter.limit(PER_ADDRESS)
def request_for_witness(slug: str, year: int) -> Response:
    """Return what the log asks of a witness whose newest head has ``old`` lines (C2SP tlog-witness, ``add-checkpoint``).

    A witness that knows more than the log gets the smaller head and no proof, and draws its own conclusion.
    """
    assembly = _board(slug, year)
    old = parse_size(request.args.get("old", "0"))
    if old is None:
        raise InvalidInput(N_("old에는 마지막으로 확인한 줄 수를 적어 주세요."))
    size = _offered_size(assembly)
    # Without others' cosignatures: a witness vouches for nobody.
    head = inclusion.head_of(assembly, size, cosigned=False)
    proof = inclusion.consistency_of(assembly, old, size) if old <= size else []
    return _text(AddCheckpoint(old, tuple(proof), head, parse_checkpoint_text(head.text)).serialize())


@blueprint.post("/<slug:slug>/assembly/<int:year>/cosignatures")
@csrf.exempt
@limiter.limit(PER_ADDRESS)
def cosignatures(slug: str, year: int) -> Response | tuple[Response, int]:
    """Take a cosigned head from anybody: its signatures say whose it is, and no cookie says anything.

    That is why there is no token against forged requests: a forged one cannot sign.
    """
    request.max_content_length = MAX_NOTE_BYTES
    if (request.content_length or 0) > MAX_NOTE_BYTES:
        return jsonify(error=_("보낸 것이 서명한 투표함 머리가 아닙니다.")), 413
    data = request.get_data(cache=False)
    assembly = _board(slug, year)
    with transaction():
        taken = take_cosignatures(assembly.id, data, at=utc_now())
    if taken.contradicts:
        raise Conflict(
            N_(
                "이 머리는 서버가 서명했지만 투표함과 맞지 않습니다. 증거로 남기고 공개했습니다. 보낸 분도 간직해 주세요."
            )
        )
    return jsonify(size=taken.size, witnesses=taken.witnesses, quorum=taken.quorum)


@blueprint.get("/<slug:slug>/assembly/<int:year>/witnesses.policy")
def policy(slug: str, year: int) -> Response:
    """Return whose signatures make a receipt of this vote whole (C2SP tlog-policy), as the election binds it."""
    assembly = _board(slug, year)
    return _text(Trust.from_json(assembly.witnesses).policy(inclusion.log_key(assembly)).encode())


def _board(slug: str, year: int) -> Assembly:
    cycle = cycle_of_year(place_by_slug(slug), year)
    if cycle is None:
        raise NotFound(N_("그 해의 총회는 없습니다."))
    assembly = require_assembly(cycle)
    if assembly.opened_at is None or assembly.log_key is None:
        raise NotFound(N_("아직 투표를 열지 않았습니다."))
    return assembly


def _offered_size(assembly: Assembly) -> int:
    """Return the size of the head for witnesses; where there are none, monitors get the newest."""
    head = queries.newest_head(assembly)
    return assembly.head_height + 1 if head is None else head.size


def _text(data: bytes) -> Response:
    return FlaskResponse(data, content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"})
