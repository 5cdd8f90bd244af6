"""The hand of somebody who holds the database itself: what its own guards refuse, they first take away."""

import sqlalchemy as sa

from app.db.base import Base
from app.db.session import session, transaction


def take_guards_away(*models: type[Base]) -> None:
    """Let rows of some tables be changed and deleted from now on; of all tables where none is named."""
    tables = [model.__table__ for model in models] or Base.metadata.sorted_tables
    with transaction() as current:
        for name in (table.name for table in tables):
            if current.get_bind().dialect.name == "postgresql":
                current.execute(sa.text(f"ALTER TABLE {name} DISABLE TRIGGER USER"))
                continue
            named = sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :name")
            for trigger in current.scalars(named, {"name": name}).all():
                current.execute(sa.text(f"DROP TRIGGER {trigger}"))
    session().expire_all()
