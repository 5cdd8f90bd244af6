"""Forms of the assembly."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, IntegerField, RadioField, SelectField, StringField, TimeField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.assembly.rules.ballots import ORDER_NAMES, PREFERENCE_NAMES
from app.assembly.rules.choosing import COMPLETION_NAMES, RULE_NAMES
from app.web.fields import WonField
from app.web.forms import REQUIRED, Form, VersionedForm


class PrepareForm(VersionedForm):
    """Times and money of an assembly."""

    opens_on = DateField(_l("투표를 시작하는 날"), validators=[InputRequired(REQUIRED)])
    opens_time = TimeField(_l("시작하는 시각"), validators=[InputRequired(REQUIRED)])
    closes_on = DateField(_l("투표를 끝내는 날"), validators=[InputRequired(REQUIRED)])
    closes_time = TimeField(_l("끝내는 시각"), validators=[InputRequired(REQUIRED)])
    envelope_won = WonField(_l("쓸 수 있는 예산(원)"), validators=[InputRequired(REQUIRED)])


class RuleForm(VersionedForm):
    """What voters are asked, and how it is counted. What does not belong to the chosen kind is ignored."""

    preference = RadioField(
        _l("주민에게 무엇을 물을까요?"),
        choices=[SelectChoice(kind.value, _l(name)) for kind, name in PREFERENCE_NAMES.items()],
        validators=[InputRequired(REQUIRED)],
    )
    at_most = IntegerField(
        _l("몇 개까지, 몇 위까지, 또는 모두 몇 점"),
        validators=[Optional(), NumberRange(1, 500, _l("1보다 큰 수로 적어 주세요."))],
    )
    per_item = IntegerField(
        _l("한 사업에 몇 점까지"), validators=[Optional(), NumberRange(1, 60, _l("1에서 60 사이로 적어 주세요."))]
    )
    majority = BooleanField(_l("사업마다 찬성과 반대를 먼저 묻고, 찬성이 많은 사업만 뽑습니다"))
    order = SelectField(
        _l("사업을 보여 주는 차례"), choices=[SelectChoice(kind.value, _l(name)) for kind, name in ORDER_NAMES.items()]
    )
    rule = RadioField(
        _l("어떻게 정할까요?"),
        choices=[SelectChoice(kind.value, _l(name)) for kind, name in RULE_NAMES.items()],
        validators=[InputRequired(REQUIRED)],
    )
    threshold = IntegerField(
        _l("몇 표, 몇 점부터"), validators=[Optional(), NumberRange(1, 10_000_000, _l("1보다 큰 수로 적어 주세요."))]
    )
    completion = SelectField(
        _l("남은 돈"), choices=[SelectChoice(kind.value, _l(name)) for kind, name in COMPLETION_NAMES.items()]
    )
    increment_won = WonField(_l("몫을 올리는 단위(원)"), validators=[Optional()])
    minimum_votes = IntegerField(
        _l("뽑히는 데 필요한 가장 적은 지지(명)"),
        validators=[InputRequired(REQUIRED), NumberRange(1, 100_000, _l("1보다 큰 수로 적어 주세요."))],
    )


class OpenForm(VersionedForm):
    """Open the voting: nothing can be changed afterwards."""

    checked = BooleanField(
        _l("사업, 비용, 날짜를 모두 확인했습니다"), validators=[InputRequired(_l("확인한 뒤에 열 수 있습니다."))]
    )


class TrackerForm(Form):
    """Look for one's ballot on the board; a plain GET form."""

    class Meta(Form.Meta):
        """A search changes nothing."""

        csrf = False

    tracker = StringField(
        _l("표 확인 번호"), validators=[InputRequired(REQUIRED), Length(43, 43, _l("43자를 그대로 적어 주세요."))]
    )
