"""A kiosk on its tablet, and people who vote at it by touch alone. For every test in a real browser that needs one.

kiosk = Kiosk.bring_in(page, handed)                     # once: the tablet types its pairing code
tracker = kiosk.vote(code, choose=[1, 3])                # a voter: card, questions, locking, putting in; the receipt
kiosk.finish()                                           # the next one finds the first screen
kiosk.cut(); kiosk.vote(code, choose=[2], end="queued"); kiosk.restore()   # without a connection
"""

import re
from collections.abc import Mapping, Sequence

from playwright.sync_api import Page, expect

from app.assembly.kiosks.services.pairing import Handed
from tests.browser.watched import WatchedPage

SLOWEST = 60_000
PADS = {"digits": "123456789", "capitals": "ABCDEFGHJKLMNPQRSTUVWXYZ", "smalls": "abcdefghijkmnopqrstuvwxyz"}


class Kiosk(WatchedPage):
    """A tablet whose page is the kiosk's; every act is a tap."""

    @classmethod
    def bring_in(cls, page: Page, handed: Handed) -> "Kiosk":
        """Type the pairing code on a new tablet; its page must have touch (``has_touch=True`` of the context)."""
        found = cls(page)
        page.goto("/kiosk")
        page.fill("#code", handed.code)
        page.tap("main form button[type=submit]")
        found.sees("start")
        return found

    def sees(self, screen: str) -> None:
        """Wait for a screen."""
        expect(self.page.locator(f'[data-screen="{screen}"]')).to_be_visible(timeout=SLOWEST)

    def act(self, name: str) -> None:
        """Tap a button by its act."""
        self.page.tap(f'[data-act="{name}"]:visible')

    def tap_code(self, code: str) -> None:
        """Tap a voting code on the keypad of the screen."""
        self.act("type")
        self.sees("code")
        shown = "digits"
        for letter in code.replace("-", ""):
            pad = next(name for name, letters in PADS.items() if letter in letters)
            if pad != shown:
                self.page.tap(f'[data-pad="{pad}"]')
                shown = pad
            self.page.tap(f'[data-key="{letter}"]')

    def read_code(self, code: str) -> None:
        """Enter a voting code as a reader at the tablet does, which types what it sees: quicker than 22 touches."""
        self.act("type")
        self.sees("code")
        self.page.focus("#code")
        self.page.keyboard.insert_text(code)
        self.page.keyboard.press("Enter")

    def answer(self, choose: Sequence[int] = (), opinions: Mapping[int, str] | None = None) -> None:
        """Answer every question up to the review: opinions by item number ("yes", "no", "blank"), then what is wanted."""
        while True:
            here = self.page.locator("[data-screen].on").get_attribute("data-screen")
            if here == "review":
                return
            if here == "opinions":
                number = int(re.match(r"\d+", self.page.inner_text("#opinions legend"))[0])
                answer = (opinions or {}).get(number)
                if answer:
                    self.page.tap(f'#opinions label:has(input[value="{answer}"])')
            else:
                self.sees("choose")
                for number in choose:
                    for label in self.page.locator(
                        "#items label.choice", has_text=re.compile(rf"^\s*{number}\. ")
                    ).all():
                        label.tap()
            step = self.page.inner_text("[data-screen].on .step")
            self.act("next")
            # The next question, or the review: never the same step again.
            self.page.wait_for_function(
                "step => document.querySelector('[data-screen].on .step')?.innerText !== step", arg=step
            )

    def lock(self) -> str:
        """Lock the ballot after the review; return its tracker."""
        self.sees("review")
        self.act("lock")
        self.sees("cast")
        return self.page.text_content("#cast-tracker").replace(" ", "")

    def vote(
        self,
        code: str,
        *,
        choose: Sequence[int] = (),
        opinions: Mapping[int, str] | None = None,
        end: str = "receipt",
        by_touch: bool = False,
    ) -> str:
        """Vote from the first screen to ``end`` ("receipt", "queued" or "refused"); return the tracker.

        ``by_touch`` taps the code letter by letter instead of having it read.
        """
        self.sees("start")
        (self.tap_code if by_touch else self.read_code)(code)
        self.page.wait_for_function("() => ['opinions', 'choose'].includes(document.documentElement.dataset.at)")
        self.answer(choose, opinions)
        tracker = self.lock()
        self.act("cast")
        self.sees(end)
        return tracker

    def finish(self) -> None:
        """Leave; the next one finds the first screen."""
        self.act("finish")
        self.sees("start")

    def cut(self) -> None:
        """Take the connection away."""
        self.page.context.set_offline(True)

    def restore(self) -> None:
        """Give the connection back."""
        self.page.context.set_offline(False)

    def waiting(self) -> int:
        """Return how many locked ballots lie in the tablet's queue without a receipt."""
        return int(self.page.evaluate(_WAITING))

    def left_over(self) -> str:
        """Return everything in which something of a voter could be left: page, storages, queue, history, address."""
        return str(self.page.evaluate(_LEFT_OVER))

    def enter_staff(self, pin: str) -> None:
        """Hold the staff's button and type the exit number."""
        box = self.page.locator("#staff").bounding_box()
        assert box is not None
        self.page.dispatch_event("#staff", "pointerdown")
        expect(self.page.locator("#pin")).to_be_visible(timeout=SLOWEST)
        self.page.dispatch_event("#staff", "pointerup")
        for digit in pin:
            self.page.tap(f'[data-digit="{digit}"]')


_OPEN = """const base = await new Promise((yes, no) => {
  const asked = indexedDB.open('madang-kiosk', 1);
  asked.onsuccess = () => yes(asked.result); asked.onerror = () => no(asked.error);
});
const rows = await new Promise((yes) => {
  const asked = base.transaction('ballots').objectStore('ballots').getAll();
  asked.onsuccess = () => yes(asked.result);
});
base.close();"""
_WAITING = "async () => {" + _OPEN + " return rows.filter((row) => !row.refused).length; }"
_LEFT_OVER = (
    "async () => {"
    + _OPEN
    + """
const fields = [...document.querySelectorAll('input, textarea, select')].map((e) => `${e.value} ${e.checked}`);
const bases = (await indexedDB.databases()).map((each) => each.name);
const caches_ = globalThis.caches ? await caches.keys() : [];
const body = document.body.cloneNode(true);
for (const script of body.querySelectorAll('script, template')) script.remove();
return JSON.stringify({
  page: body.innerHTML, fields, session: {...sessionStorage}, local: {...localStorage}, cookie: document.cookie,
  bases, caches: caches_, rows, address: location.href, state: history.state, title: document.title, name: window.name,
}); }"""
)
