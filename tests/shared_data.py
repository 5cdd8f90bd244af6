"""Where the tests find the real data that lies beside the repository."""

import os
from pathlib import Path

import pytest


def shared_data() -> Path:
    """Return the folder of real data; skip without it, fail without it under ``CI=true``."""
    default = Path(__file__).resolve().parents[2] / "shared" / "data"
    folder = Path(os.environ.get("MADANG_SHARED_DATA", default))
    if folder.is_dir():
        return folder
    message = f"no real data at {folder}"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)
