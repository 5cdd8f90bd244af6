"""How the blind indexes of applicants and trainees are made anew when the index key changes."""

from app.council.models import Application, TrainingAttendance, TrainingCredit
from app.privacy.encryption import Indexed
from app.privacy.reindexing import reindexes
from app.privacy.sealing import index_of, reveal


def identity_of(name: str | None, birth_date: str | None) -> bytes | None:
    """Return the blind index of a name and an ISO birth date, the same for accounts; None without both."""
    return index_of(Indexed.NAME_AND_BIRTH, name, birth_date) if name and birth_date else None


def home_of(call_id: int, address: str | None) -> bytes | None:
    """Return the blind index of an address within a call: letters and digits only, so that spelling matters less."""
    letters = "".join(sign for sign in (address or "") if sign.isalnum())
    return index_of(Indexed.TOKEN, letters, scope=f"call:{call_id}") if letters else None


@reindexes(Application)
def reindex_application(row: Application) -> None:
    """Renew the indexes by which a second application and a shared home are noticed."""
    row.identity_index = identity_of(reveal(row, Application.legal_name), reveal(row, Application.birth_date))
    row.household_index = home_of(row.call_id, reveal(row, Application.address))


@reindexes(TrainingAttendance)
def reindex_attendance(row: TrainingAttendance) -> None:
    """Renew the index by which somebody without an account is found."""
    row.identity_index = identity_of(
        reveal(row, TrainingAttendance.legal_name), reveal(row, TrainingAttendance.birth_date)
    )


@reindexes(TrainingCredit)
def reindex_credit(row: TrainingCredit) -> None:
    """Renew the index by which somebody without an account is found."""
    row.identity_index = identity_of(reveal(row, TrainingCredit.legal_name), reveal(row, TrainingCredit.birth_date))
