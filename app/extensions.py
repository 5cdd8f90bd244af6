"""The extensions, unbound. `app.factory` binds them; nothing else lives here."""

from flask_babel import Babel
from flask_limiter import Limiter
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect

from app.db.base import Base
from app.web.addresses import counted_address

db = SQLAlchemy(metadata=Base.metadata, disable_autonaming=True)  # models inherit Base, not db.Model
migrate = Migrate()
login_manager = LoginManager()
csrf = CSRFProtect()
babel = Babel()
limiter = Limiter(key_func=counted_address, default_limits=[])
