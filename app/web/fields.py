"""Fields of forms that several concepts share."""

import unicodedata
from typing import Any

from flask_babel import gettext
from wtforms import StringField


class WonField(StringField):
    """An amount of money as people type it: ``3,000,000``, ``3000000원``, full-width digits. ``data`` is whole won."""

    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed.

        Raises:
            ValueError: not a whole number of won.
        """
        typed = unicodedata.normalize("NFKC", valuelist[0]).strip() if valuelist else ""
        digits = typed.removesuffix("원").replace(",", "").replace(" ", "")
        if not digits:
            self.data = None
            return
        if not digits.isascii() or not digits.isdecimal() or len(digits) > 15:
            self.data = None
            raise ValueError(gettext("숫자로 적어 주세요. 예: 3,000,000"))
        self.data = int(digits)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return f"{self.data:,}" if self.data is not None else ""
