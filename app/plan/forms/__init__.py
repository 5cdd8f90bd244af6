"""Forms of the plan, by task."""

from app.plan.forms.items import (
    TOO_SHORT,
    AnswerReviewForm,
    DropItemForm,
    EditItemForm,
    FreezeForm,
    ItemWordsForm,
    NewItemForm,
    RequestReviewForm,
)

__all__ = [
    "AnswerReviewForm",
    "DropItemForm",
    "EditItemForm",
    "FreezeForm",
    "ItemWordsForm",
    "NewItemForm",
    "RequestReviewForm",
    "TOO_SHORT",
]
