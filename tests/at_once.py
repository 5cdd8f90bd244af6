"""Several people at the same instant."""

import threading
from collections.abc import Callable

from flask import Flask

from app.db.session import session, transaction
from app.errors import AppError


def at_once(app: Flask, *acts: Callable[[], object]) -> list[type[AppError]]:
    """Do everything at the same instant, each act in a thread and a transaction of its own; return the kinds of the refusals.

    Acts load what they touch themselves. Any other error than a refusal is raised once all are done.
    """
    gate = threading.Barrier(len(acts), timeout=120)
    refused: list[type[AppError]] = []
    broken: list[BaseException] = []

    def run(act: Callable[[], object]) -> None:
        with app.app_context():
            try:
                gate.wait()
                with transaction():
                    act()
            except AppError as refusal:
                refused.append(type(refusal))
            except BaseException as error:  # noqa: BLE001 - raised below, in the test's own thread
                broken.append(error)
            finally:
                session().close()

    session().rollback()
    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    session().rollback()
    session().expire_all()
    if broken:
        raise broken[0]
    return refused
