"""Pages and machine addresses of witnesses."""

from app.assembly.witnesses.views import board, pages
from app.assembly.witnesses.views.blueprint import blueprint

__all__ = ["blueprint", "board", "pages"]
