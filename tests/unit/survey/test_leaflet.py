"""The map's program is the one that was published."""

import hashlib
import re
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[3] / "static" / "vendor" / "leaflet"


def test_the_files_are_those_of_the_package():
    found = re.findall(r"^    ([0-9a-f]{64})  (\S+)$", (FOLDER / "README.md").read_text(), re.MULTILINE)
    listed = {name: digest for digest, name in found}
    assert set(listed) == {path.name for path in FOLDER.iterdir()} - {"README.md", "LICENSE"}
    assert listed == {name: hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() for name in listed}
