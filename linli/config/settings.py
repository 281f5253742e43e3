"""Every setting of Linli. The environment variables read here are listed in docs/reference/settings.md (tested)."""

from __future__ import annotations

from pathlib import Path

from django.utils.functional import SimpleLazyObject

from linli.config import environment
from linli.config.messages import channel_named
from linli.config.secrets import secret_for
from linli.postgres.server import data_home
from linli.postgres.url import database_from_url

HOME = data_home()
DEMO = environment.flag("LINLI_DEMO", default=False)
FORMULA = environment.text("LINLI_FORMULA", "zhungeer")  # of the three rates: a shipped one, or the path of a file
FONTS = environment.text("LINLI_FONTS")  # a folder with Chinese type for papers, where the system has none
DEBUG = environment.flag("LINLI_DEBUG", default=False)
# Read when first needed: a command that needs neither makes no home.
SECRET_KEY = SimpleLazyObject(lambda: secret_for("LINLI_SECRET_KEY", HOME))
DATA_KEY = SimpleLazyObject(lambda: secret_for("LINLI_DATA_KEY", HOME))
ALLOWED_HOSTS = environment.words("LINLI_HOSTS", ("localhost", "127.0.0.1", "[::1]", ".localhost"))
CSRF_TRUSTED_ORIGINS = environment.words("LINLI_ORIGINS")

# A district is a schema. What all districts share lives in `public`; everything else in the district's own schema.
SHARED_APPS = ("django_tenants", "linli.districts")
TENANT_APPS = (
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "linli.record",
    "linli.places",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "linli.people",
    "linli.register",
    "linli.workdays",
    "linli.playbooks",
    "linli.matters",
    "linli.requests",
    "linli.meetings",
    "linli.ballots",
    "linli.notices",
    "linli.insight",
    "linli.portal",
    "linli.desk",
)
INSTALLED_APPS = [*SHARED_APPS, *TENANT_APPS, "django.contrib.staticfiles", "django_htmx", "csp"]
TENANT_MODEL = "districts.District"
TENANT_DOMAIN_MODEL = "districts.Address"
TENANT_LIMIT_SET_CALLS = True
DATABASE_ROUTERS = ("django_tenants.routers.TenantSyncRouter",)

OUTSIDE = environment.text("DATABASE_URL")
WHERE = database_from_url(OUTSIDE) if OUTSIDE else {"NAME": "linli", "OPTIONS": {}}
DATABASES = {
    "default": {
        **WHERE,
        "ENGINE": "linli.postgres.backend",
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        # Bound and prepared by the server: planning was a third of the database's work for a move.
        "OPTIONS": {**WHERE["OPTIONS"], "server_side_binding": True, "prepare_threshold": 3},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["linli.people.signin.PersonBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
LOGIN_URL = "sign-in"

# Signing in (docs/how-to/sign-in.md). Of the library its second steps are used; it has no address of its own here.
SMS = channel_named("LINLI_SMS", "LINLI_SMS_TOKEN", HOME, default="file" if DEMO else "")
IDLE_STAFF = environment.whole("LINLI_IDLE_STAFF", 30, least=1) * 60
IDLE_RESIDENT = environment.whole("LINLI_IDLE_RESIDENT", 30, least=1) * 24 * 3600
PROXIES = environment.whole("LINLI_PROXIES", 0)
ACCOUNT_USER_MODEL_USERNAME_FIELD = ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"phone"}
ACCOUNT_SIGNUP_FIELDS = ["phone*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = MFA_RATE_LIMITS = False  # ours are rows that all processes see (people/entrance/limits.py)
MFA_ADAPTER = "linli.people.entrance.adapters.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1  # a phone's clock is seldom exact
MFA_RECOVERY_CODE_DIGITS = 10

MIDDLEWARE = [
    "linli.config.middleware.DatabaseGoneMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "linli.districts.middleware.DistrictMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "linli.people.middleware.ReaderMiddleware",
    "linli.requests.middleware.CategoriesMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "linli.config.middleware.RefusalMiddleware",
]
ROOT_URLCONF = "linli.config.urls"
WSGI_APPLICATION = "linli.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "linli.portal.context.page",
            ],
        },
    }
]

FILE_UPLOAD_HANDLERS = ["linli.config.uploads.NamelessUploads"]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [str(Path(__file__).parents[1] / "locale")]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "linli.config.statics.CollectedFiles"},
}
WHITENOISE_USE_FINDERS = True

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = IDLE_RESIDENT
CSRF_COOKIE_SAMESITE = "Lax"
SECURE = environment.flag("LINLI_HTTPS", default=False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SECURE_SSL_REDIRECT = SECURE
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "worker-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
SILENCED_SYSTEM_CHECKS = [
    "security.W004",
    "security.W008",
]  # set by LINLI_HTTPS, where the proxy is not the one to do it

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"links": {"()": "linli.config.logs.WithoutLinks"}},
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["links"]}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
