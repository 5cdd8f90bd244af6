"""Pages of execution: the board, one project and its acts, money, looking back."""

from app.execution.views import acts, board, comments, evaluation, fund, importing, money, project
from app.execution.views.blueprint import blueprint

__all__ = ["acts", "blueprint", "board", "comments", "evaluation", "fund", "importing", "money", "project"]
