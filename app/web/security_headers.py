"""Security headers on every response (security.md §4: ASVS 3.4, 14.3)."""

import secrets

from flask import Flask, Response, g, request

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "manifest-src": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
"""Of every page that says nothing else."""
SECRETS_POLICY = (
    "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types madang-booth"
)
"""Of the pages that hold a choice or a key (booth, ceremonies): nothing but our own files, nothing sent by a form, no text
that becomes a script (security.md T45, T47)."""


def init_app(app: Flask) -> None:
    """Set the headers after every request."""
    policy = "; ".join(f"{name} {value}" for name, value in POLICY.items())
    secure = app.config["MADANG"].secure_cookies

    @app.before_request
    def _name_request() -> None:
        g.request_id = secrets.token_hex(8)

    @app.after_request
    def _set_headers(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", policy)
        headers["X-Content-Type-Options"] = "nosniff"
        headers["X-Frame-Options"] = "DENY"
        headers["Referrer-Policy"] = "same-origin"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "camera=(self), geolocation=(), microphone=(), payment=(), usb=()"
        headers["X-Request-Id"] = g.get("request_id", "")
        if secure:
            headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        if request.endpoint == "static":
            if "v" in request.args and response.status_code == 200:
                headers["Cache-Control"] = "public, max-age=31536000, immutable"
        else:
            # Pages differ by person and language; nothing between us and the browser may keep them.
            headers.setdefault("Cache-Control", "no-store")
            response.vary.add("Cookie")
        return response
