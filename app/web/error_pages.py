"""Maps every refusal to a page, or to JSON for a script that asks for it, once for the whole application."""

import structlog
from flask import Flask, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError, MethodNotAllowed, TooManyRequests
from werkzeug.wrappers import Response

from app.clock import utc_now
from app.errors import (
    AppError,
    Conflict,
    InvalidInput,
    NotAllowed,
    NotFound,
    Overloaded,
    RuleViolation,
    SignInRequired,
    UnknownPlace,
)
from app.extensions import limiter
from app.i18n import N_
from app.web import parked_forms
from app.web.messages import sentence
from app.web.turnstile import Busy

STATUS: dict[type[AppError], int] = {
    NotFound: 404,
    NotAllowed: 403,
    Conflict: 409,
    RuleViolation: 409,
    InvalidInput: 422,
    Overloaded: 503,
}

API = "/api/"
EXPLANATIONS = {
    400: (N_("요청을 이해하지 못했습니다"), N_("보내신 내용을 읽을 수 없었습니다. 앞 화면으로 돌아가 다시 해 주세요.")),
    401: (N_("로그인이 필요합니다"), N_("로그인하면 이어서 할 수 있습니다.")),
    403: (N_("이 일은 하실 수 없습니다"), N_("권한이 있는 사람만 할 수 있는 일입니다.")),
    404: (N_("찾으시는 화면이 없습니다"), N_("주소가 바뀌었거나 지워졌을 수 있습니다.")),
    405: (N_("이 주소는 그렇게 쓸 수 없습니다"), N_("앞 화면으로 돌아가 다시 해 주세요.")),
    409: (N_("지금은 할 수 없습니다"), N_("그 사이에 상황이 바뀌었습니다.")),
    413: (N_("파일이 너무 큽니다"), N_("더 작은 파일로 다시 올려 주세요. 저장된 것은 없습니다.")),
    422: (N_("고칠 곳이 있습니다"), N_("적으신 내용을 확인해 주세요.")),
    429: (N_("잠시 뒤에 다시 해 주세요"), N_("짧은 시간에 너무 여러 번 시도하셨습니다.")),
    503: (
        N_("잠시 기다려 주세요"),
        N_("지금 많은 분이 함께 쓰고 있습니다. 보낸 것은 아직 받지 않았습니다. 조금 뒤에 다시 해 주세요."),
    ),
    500: (
        N_("저희 쪽에서 문제가 생겼습니다"),
        N_("저장되지 않았습니다. 같은 일이 이어지면 아래 번호와 함께 알려 주세요."),
    ),
}


def init_app(app: Flask) -> None:
    """Bind the handlers."""
    logger = structlog.get_logger("app.errors")

    @app.errorhandler(SignInRequired)
    def _guest(error: SignInRequired) -> tuple[str | Response, int] | Response | tuple[str, int]:
        if request.method in {"GET", "HEAD"}:
            return redirect(url_for("people.sign_in", next=request.full_path.rstrip("?")), 303)
        return _offer_again() or (_page(401, sentence(error)), 401)

    @app.errorhandler(AppError)
    def _refused(error: AppError) -> tuple[str | Response, int, dict[str, str]]:
        status = next(code for kind, code in STATUS.items() if isinstance(error, kind))
        slug = None if isinstance(error, UnknownPlace) else (request.view_args or {}).get("slug")
        return _page(status, sentence(error), slug=slug), status, {"Retry-After": "1"} if status == 503 else {}

    @app.errorhandler(CSRFError)
    def _stale_form(error: CSRFError) -> tuple[str | Response, int] | Response | tuple[str, int]:
        # The session ended while somebody typed. What they typed is kept and can be sent again, but only when the
        # form really came from this site: a forged one must stay refused.
        parked = _offer_again()
        return parked or (
            _page(400, gettext("화면이 너무 오래 열려 있었습니다. 앞 화면을 새로 열고 다시 해 주세요.")),
            400,
        )

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> Response | HTTPException:
        code = error.code or 500
        if code < 400 or code not in EXPLANATIONS:
            return error
        answer = make_response(_page(code, None), code)
        if isinstance(error, Busy):
            answer.headers["Retry-After"] = str(error.seconds)
        if isinstance(error, TooManyRequests) and limiter.current_limit is not None:
            seconds = limiter.current_limit.reset_at - int(utc_now().timestamp())
            answer.headers["Retry-After"] = str(max(seconds, 1))
        if isinstance(error, MethodNotAllowed) and error.valid_methods:
            answer.headers["Allow"] = ", ".join(sorted(error.valid_methods))  # RFC 9110, section 15.5.6
        return answer

    @app.errorhandler(InternalServerError)
    def _unexpected(error: InternalServerError) -> tuple[str | Response, int]:
        logger.error("unexpected", path=request.path, method=request.method, exc_info=error.original_exception)
        return _page(500, None), 500


def _page(status: int, message: str | None, *, slug: str | None = None) -> str | Response:
    """Say a refusal; from the page of a dong (``slug``) the way leads back to that dong."""
    title, explanation = EXPLANATIONS[status]
    text = message or gettext(explanation)
    if request.path.startswith(API):
        return problem(status, gettext(title), text)
    if _wants_json():
        return jsonify(title=gettext(title), error=text)
    return render_template("errors/error.html", status=status, title=gettext(title), message=text, slug=slug)


def problem(status: int, title: str, text: str) -> Response:
    """Return a refusal of the API (RFC 9457); ``error`` says the same as ``detail``, under its older name."""
    answer = jsonify(type="about:blank", title=title, status=status, detail=text, error=text)
    answer.status_code, answer.mimetype = status, "application/problem+json"
    return answer


def _wants_json() -> bool:
    """Tell whether a script asks, which can do nothing with a page."""
    return request.accept_mimetypes.best_match(("text/html", "application/json")) == "application/json"


def _offer_again() -> Response | tuple[str, int] | None:
    return None if _wants_json() else parked_forms.offer_again()
