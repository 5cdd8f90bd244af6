"""The turnstile before heavy work: so many at once, so many waiting, and an honest answer to the others."""

import threading
from time import monotonic

import pytest

from app.web.turnstile import LONGEST_SECONDS, Busy, Turnstile


def test_nobody_waits_while_there_are_places_and_one_is_free_again_after_a_failure():
    gate = Turnstile(places=1, queue=0, patience=0)
    for _ in range(3):
        with pytest.raises(ValueError, match="broken"), gate.place():
            raise ValueError("broken")
    with gate.place():
        pass


def test_a_full_queue_answers_at_once_and_says_when_to_come_again():
    gate = Turnstile(places=1, queue=0, patience=60)
    began = monotonic()
    with gate.place(), pytest.raises(Busy) as busy, gate.place():
        pytest.fail("two at once")
    assert monotonic() - began < 1
    assert 1 <= busy.value.seconds <= LONGEST_SECONDS


def test_who_waits_gets_the_next_place_and_who_waits_in_vain_is_sent_away():
    gate, inside, done = Turnstile(places=1, queue=1, patience=5), threading.Event(), []

    def wait() -> None:
        inside.set()
        with gate.place():
            done.append("second")

    with gate.place():
        waiting = threading.Thread(target=wait)
        waiting.start()
        inside.wait()
        done.append("first")
    waiting.join()
    assert done == ["first", "second"]
    hasty = Turnstile(places=1, queue=1, patience=0.01)
    with hasty.place(), pytest.raises(Busy), hasty.place():
        pytest.fail("two at once")
    with hasty.place():
        pass


def test_never_more_are_at_work_than_there_are_places():
    gate, lock, now, most = Turnstile(places=2, queue=50, patience=10), threading.Lock(), [0], [0]

    def work() -> None:
        with gate.place():
            with lock:
                now[0] += 1
                most[0] = max(most[0], now[0])
            threading.Event().wait(0.002)
            with lock:
                now[0] -= 1

    threads = [threading.Thread(target=work) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [2]
