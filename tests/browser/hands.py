"""How somebody works a page: with a mouse or a finger, or with the keys alone.

The keyboard also watches over itself: the focus is never lost, never trapped, always on the screen, and always drawn.
"""

from typing import Any, Protocol

from playwright.sync_api import Locator, Page, expect

LOOK = """([target, group]) => {
  const active = document.activeElement;
  if (!active || active === document.body) return {where: 'nowhere'};
  const same = group && active.type === 'radio' && active.name === target.name && active.form === target.form;
  const there = active === target || same;
  const ahead = !!(active.compareDocumentPosition(target) & Node.DOCUMENT_POSITION_FOLLOWING);
  const what = active.tagName + ' ' + (active.textContent || active.name || active.id || '').trim().slice(0, 60);
  const parts = ['date', 'time', 'datetime-local'].includes(active.type);
  if (active.tabIndex < 0) return {where: 'held', there, ahead, what, parts};
  let ring = false;
  for (let e = active, n = 0; e && n < 4; e = e.parentElement, n++) ring ||= getComputedStyle(e).outlineStyle !== 'none';
  const box = active.getBoundingClientRect();
  const x = box.left + box.width / 2, y = box.top + box.height / 2;
  const seen = [[x, y], [box.left + 2, box.top + 2], [box.right - 2, box.bottom - 2]].some(([a, b]) => {
    const e = document.elementFromPoint(a, b);
    return e && (e === active || active.contains(e) || e.contains(active) || e.control === active);
  });
  return {where: 'at', there, ahead, what, ring, seen, parts};
}"""
MOST_KEYS = 250


def press_through(what: Locator) -> None:
    """Press what brings another page, and wait until that page has come, with its scripts.

    A press alone is over when the browser has taken it: the next step would find the old page, or break off what was sent.
    """
    with what.page.expect_navigation():
        what.click()


class Hands(Protocol):
    """What a page can be told by any device."""

    def come_to(self, what: Locator) -> None:
        """Be ready to press something, so that a press is one step."""

    def press(self, what: Locator) -> None:
        """Press a button, follow a link, open a summary."""

    def write(self, field: Locator, text: str) -> None:
        """Replace what stands in a field; dates as 2026-07-01, times as 09:00."""

    def choose(self, field: Locator, option: str) -> None:
        """Choose an option of a list by its value or its text."""

    def tick(self, box: Locator) -> None:
        """Tick a box or choose one of several."""


class Mouse:
    """A mouse or a finger."""

    def come_to(self, what: Locator) -> None:
        """A finger needs no way to where it taps."""

    def press(self, what: Locator) -> None:
        what.click()

    def write(self, field: Locator, text: str) -> None:
        field.fill(text)

    def choose(self, field: Locator, option: str) -> None:
        field.select_option(option)

    def tick(self, box: Locator) -> None:
        box.check()


class Keyboard:
    """Tab, Shift-Tab, Enter, Space and the arrows: nothing else."""

    def come_to(self, what: Locator) -> None:
        expect(what).to_be_enabled(timeout=60_000)
        self._reach(what)

    def press(self, what: Locator) -> None:
        self.come_to(what)
        what.page.keyboard.press("Enter")

    def write(self, field: Locator, text: str) -> None:
        page, kind = field.page, field.get_attribute("type")
        self._reach(field)
        if kind == "date":
            year, month, day = text.split("-")
            page.keyboard.type(month + day + year)
        elif kind == "time":
            hour, minute = map(int, text.split(":"))
            page.keyboard.type(f"{hour % 12 or 12:02d}{minute:02d}{'AM' if hour < 12 else 'PM'}")
        else:
            page.keyboard.press("Control+A")
            page.keyboard.type(text)
        expect(field).to_have_value(text)

    def choose(self, field: Locator, option: str) -> None:
        options: list[list[str]] = field.evaluate("e => [...e.options].map(o => [o.value, o.text.trim()])")
        wanted = next(n for n, names in enumerate(options) if option in names)
        present = int(field.evaluate("e => e.selectedIndex"))
        self._reach(field)
        for _ in range(abs(wanted - present)):
            field.page.keyboard.press("ArrowDown" if wanted > present else "ArrowUp")
        expect(field).to_have_value(options[wanted][0])

    def tick(self, box: Locator) -> None:
        page = box.page
        is_radio = box.get_attribute("type") == "radio"
        self._reach(box, group=is_radio)
        if not is_radio:
            page.keyboard.press("Space")
        elif not box.is_checked():
            page.keyboard.press("Space")
            for _ in range(20):
                if box.is_checked():
                    break
                page.keyboard.press("ArrowDown")
        expect(box).to_be_checked()

    def _reach(self, what: Locator, *, group: bool = False) -> None:
        page, target = what.page, what.element_handle(timeout=60_000)
        before: dict[str, Any] = {}
        for _ in range(MOST_KEYS):
            found = page.evaluate(LOOK, [target, group])
            if found["where"] == "nowhere":
                self._enter(page)
                continue
            if found["where"] == "at":
                assert found["ring"], f"nothing shows that the focus is on {found['what']}"
                assert found["seen"], f"the focus is on {found['what']}, which lies off the screen or under something"
            if found["there"]:
                return
            stuck = before.get("what") == found["what"] and before.get("where") == "at" and not found["parts"]
            assert not stuck or before["ahead"] != found["ahead"] or before["count"] < 3, f"trapped on {found['what']}"
            found["count"] = before.get("count", 0) + 1 if stuck else 0
            before = found
            page.keyboard.press("Tab" if found["ahead"] else "Shift+Tab")
        raise AssertionError(f"the keyboard does not reach {what}")

    @staticmethod
    def _enter(page: Page) -> None:
        """Come into a fresh page: the first key offers to skip what every page begins with."""
        page.keyboard.press("Tab")
        skip = page.evaluate("document.activeElement.matches('a.skip') && document.activeElement.offsetTop >= 0")
        assert skip, "the first key of a page does not lead to the skip link"
        page.keyboard.press("Enter")
        expect(page.locator("#main")).to_be_focused()
