"""Pages of opinion rounds, by task. Importing the package registers all of them."""

from app.deliberation.views import answering, data, paper, preparing, workbench
from app.deliberation.views.blueprint import blueprint

__all__ = ["answering", "blueprint", "data", "paper", "preparing", "workbench"]
