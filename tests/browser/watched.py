"""A page of which everything is noted that it complains about and asks for."""

from playwright.sync_api import ConsoleMessage, Page


class WatchedPage:
    """Holds a page, its complaints (what its console says, except of a lost network) and its requests."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.requests: list[tuple[str, str, str]] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda each: self.requests.append((each.method, each.url, each.post_data or "")))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and "net::ERR" not in message.text:
            self.complaints.append(message.text)
