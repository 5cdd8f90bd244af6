"""Forms of the plan, by task."""

from app.plan.forms.items import (
    TOO_SHORT,
    DropItemForm,
    EditItemForm,
    FreezeForm,
    ItemWordsForm,
    NewItemForm,
    ThawForm,
)

__all__ = [
    "DropItemForm",
    "EditItemForm",
    "FreezeForm",
    "ItemWordsForm",
    "NewItemForm",
    "ThawForm",
    "TOO_SHORT",
]
