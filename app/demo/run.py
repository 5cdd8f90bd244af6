"""``make run``: prepare the demonstration's database and serve it, with one worker."""

import base64
import logging
import os
import secrets
import signal
import subprocess
import sys
from pathlib import Path

from flask_migrate import upgrade

from app.clock import utc_now
from app.config import ROOT, Config
from app.demo.seed import is_seeded, seed
from app.factory import create_app

ADDRESS = os.environ.get("MADANG_BIND", "127.0.0.1:8000")


def environment(folder: Path) -> dict[str, str]:
    """Return the settings of the demonstration; its keys are made once and kept beside its database."""
    file = folder / "demo.env"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        key = base64.b64encode(secrets.token_bytes(32)).decode()
        index = base64.b64encode(secrets.token_bytes(32)).decode()
        lines = [
            f"MADANG_SECRET_KEY={secrets.token_urlsafe(48)}",
            f"MADANG_FIELD_KEYS=demo:{key}",
            f"MADANG_INDEX_KEY={index}",
        ]
        file.touch(mode=0o600)
        file.write_text("\n".join(lines) + "\n")
    kept = dict(line.split("=", 1) for line in file.read_text().splitlines() if line)
    chosen = {
        "MADANG_DEMO": "true",
        "MADANG_MAIL": "file",
        "MADANG_SMS": "file",
        "MADANG_DATA_DIR": str(folder),
        "MADANG_DATABASE_URL": f"sqlite:///{folder / 'demo.sqlite3'}",
        "MADANG_PUBLIC_URL": f"http://{ADDRESS}",
    }
    return {**chosen, **kept}


def prepare(folder: Path) -> None:
    """Bring the database to the newest schema and fill it, unless it is filled; begin anew where that was broken off."""
    unfinished = folder / "unfinished"
    if unfinished.exists():
        for left in folder.glob("*.sqlite3*"):
            left.unlink()
    if not (folder / "demo.sqlite3").exists():
        unfinished.touch()
    app = create_app(Config())
    logging.getLogger("alembic").setLevel(logging.WARNING)  # whoever looks at a demonstration has no use for each step
    with app.app_context():
        upgrade()
        if not is_seeded():
            print("Preparing the demonstration: eight dongs, two encrypted assemblies …", flush=True)  # noqa: T201
            seed(utc_now(), say=lambda text: print(f"  {text}", flush=True))  # noqa: T201
    unfinished.unlink(missing_ok=True)


def serve() -> int:
    """Run the worker and the server until the server ends; told to stop, both end."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    worker = subprocess.Popen([sys.executable, "-m", "flask", "--app", "wsgi", "worker", "run"], cwd=ROOT)
    try:
        print(f"\nMadang is served on http://{ADDRESS}  (Ctrl-C ends it)\n", flush=True)  # noqa: T201
        command = [sys.executable, "-m", "gunicorn", "--bind", ADDRESS, "--workers", "1", "--threads", "8",
                   "--worker-class", "gthread", "--access-logfile", "/dev/null", "wsgi:app"]  # fmt: skip
        return subprocess.call(command, cwd=ROOT)  # noqa: S603 - our own server
    except KeyboardInterrupt:
        return 0
    finally:
        worker.send_signal(signal.SIGTERM)
        worker.wait(timeout=30)


def main() -> int:
    """Prepare and serve."""
    folder = ROOT / "instance"
    os.environ.update({**environment(folder), **{k: v for k, v in os.environ.items() if k.startswith("MADANG_")}})
    prepare(folder)
    if "--prepare-only" in sys.argv[1:]:
        return 0
    return serve()


if __name__ == "__main__":
    sys.exit(main())
