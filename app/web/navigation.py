"""The main menu of a dong: which pages it has, in the order of the year."""

from dataclasses import dataclass

from app.i18n import N_


@dataclass(frozen=True)
class Item:
    """One entry: its name, its page, and the blueprint whose pages it stands for."""

    name: str
    endpoint: str
    section: str


MENU: list[Item] = [
    Item(N_("지금"), "cycle.show", "cycle"),
    Item(N_("의제"), "agenda.index", "agenda"),
    Item(N_("토론"), "deliberation.index", "deliberation"),
    Item(N_("계획"), "plan.show", "plan"),
    Item(N_("공람"), "inspection.show", "inspection"),
    Item(N_("총회"), "assembly.show", "assembly"),
    Item(N_("실행"), "execution.index", "execution"),
    Item(N_("자치회"), "council.people", "council"),
    Item(N_("기록"), "record.index", "record"),
]
