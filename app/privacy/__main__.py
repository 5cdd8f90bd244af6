"""`python -m app.privacy`: print fresh secrets for a new installation, ready for its environment file."""

import sys

from app.config import generate_token
from app.privacy.encryption import generate_key

if __name__ == "__main__":
    sys.stdout.write(f"MADANG_SECRET_KEY={generate_token(48)}\n")
    sys.stdout.write(f"MADANG_FIELD_KEYS=k1:{generate_key()}\n")
    sys.stdout.write(f"MADANG_INDEX_KEY={generate_key()}\n")
