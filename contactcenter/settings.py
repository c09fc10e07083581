"""Settings. Everything that differs between installations comes from the environment; see docs/operations.md."""

import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
import django_stubs_ext
import pghistory
from csp.constants import NONE, SELF
from django.urls import reverse_lazy
from kombu import Exchange, Queue

from contactcenter import embedded
from contactcenter.env import Environment, SettingError, stored_secret

env = Environment()

# Django's generic classes take type arguments in type checkers only; this lets them at run time too.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
_newest = re.search(r"^## \[(\d[^\]]*)\]", (BASE_DIR / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
VERSION = _newest[1] if _newest else "0"

# --- Where it runs -----------------------------------------------------------------------------------------------

DATA_DIR = Path(env.text("DATA_DIR", str(BASE_DIR / ".data"))).resolve()
PORT = env.integer("PORT", 8000, low=0, high=65535)
HOST = env.text("CONTACTCENTER_HOST", "127.0.0.1")
# The address people type. Links in e-mails start with it, and https here makes cookies secure and switches HSTS on.
PUBLIC_URL = env.text("CONTACTCENTER_PUBLIC_URL", f"http://localhost:{PORT}").rstrip("/")
_public = urlsplit(PUBLIC_URL)
if _public.scheme not in {"http", "https"} or not _public.hostname:
    raise SettingError(f"CONTACTCENTER_PUBLIC_URL={PUBLIC_URL!r} is not an address like https://contact.example.com.")
HTTPS = _public.scheme == "https"

DEMO = env.boolean("DEMO", default=False)
DEBUG = env.boolean("CONTACTCENTER_DEBUG", default=False)
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
if DEMO and HOST not in {"127.0.0.1", "localhost", "::1"}:
    raise SettingError(f"DEMO=1 has well-known passwords, so it only listens on loopback, not on {HOST}. Set DEMO=0.")

SECRET_KEY = env.text("CONTACTCENTER_SECRET_KEY") or stored_secret(DATA_DIR / "secret.key")
ALLOWED_HOSTS = env.words("CONTACTCENTER_ALLOWED_HOSTS", default=(*LOOPBACK, _public.hostname))
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

# --- Applications ------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "contactcenter.demo",
    # ours stand before the console's skin, so that our templates win
    "bulkops",
    "statuses",
    "contactcenter.directory",
    "contactcenter.workspace",
    "contactcenter.console.apps.ConsoleConfig",
    "contactcenter.events",
    "contactcenter.api",
    "unfold.apps.BasicAppConfig",  # the other one puts its own admin site in the place of ours
    "contactcenter.console.apps.ConsoleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "django_htmx",
    "pgtrigger",
    "pghistory",
    "oauth2_provider",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_celery_beat",
    "import_export",
    "axes",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "contactcenter.middleware.request_log",
    "contactcenter.middleware.refuse_nul",
    "contactcenter.middleware.refuse_codecs",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "contactcenter.directory.middleware.viewer_preferences",
    "contactcenter.directory.middleware.audit_actor",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "contactcenter.urls"
WSGI_APPLICATION = "contactcenter.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# Widgets may have templates of ours.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Database ----------------------------------------------------------------------------------------------------

DATABASE_URL = env.text("DATABASE_URL")
DATABASES = {"default": dj_database_url.parse(DATABASE_URL or embedded.database_url(DATA_DIR), conn_health_checks=True)}
if DATABASES["default"]["ENGINE"] != "django.db.backends.postgresql":
    raise SettingError("DATABASE_URL must start with postgresql://: PostgreSQL 15 or newer is the only engine.")
WEB_THREADS = env.integer("CONTACTCENTER_WEB_THREADS", 8, low=1, high=256)
DATABASES["default"]["OPTIONS"] = {
    **DATABASES["default"].get("OPTIONS", {}),
    # One connection a thread, and two for the event stream's short visits.
    "pool": {"min_size": 0, "max_size": WEB_THREADS + 2, "timeout": 10},
}
WEB_STATEMENT_TIMEOUT = 15  # seconds; a page that takes longer is given up, while workers and commands take their time

# --- Background work ---------------------------------------------------------------------------------------------

CELERY_BROKER_URL = env.text("CELERY_BROKER_URL")
if not CELERY_BROKER_URL:  # messages are files: enough for one machine
    CELERY_BROKER_URL = "datafolder://localhost"
    CELERY_BROKER_TRANSPORT_OPTIONS = {"folder": str(DATA_DIR / "broker"), "polling_interval": 0.1}
    CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
# An import in `bulk` never delays a tick: each queue can have workers of its own.
CELERY_TASK_QUEUES = [Queue(name, Exchange("contactcenter"), routing_key=name) for name in ("tick", "default", "bulk")]
CELERY_TASK_DEFAULT_QUEUE = CELERY_TASK_DEFAULT_ROUTING_KEY = "default"
CELERY_TASK_ROUTES = {"bulkops.tasks.run_operation": {"queue": "bulk"}}
CELERY_TASK_CREATE_MISSING_QUEUES = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SOFT_TIME_LIMIT, CELERY_TASK_TIME_LIMIT = 270, 300  # seconds
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = CELERY_WORKER_REDIRECT_STDOUTS = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_BEAT_MAX_LOOP_INTERVAL = 1  # seconds until a changed schedule is noticed

# --- Cache -------------------------------------------------------------------------------------------------------

REDIS_URL = env.text("REDIS_URL")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 100_000}},
}

# --- People and security -----------------------------------------------------------------------------------------

AUTH_USER_MODEL = "directory.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "contactcenter.directory.signin.EmailBackend",
]
# Ten wrong passwords for one e-mail from one address lock that pair for a quarter of an hour.
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "contactcenter.directory.signin.lockout_name"
AXES_LOCKOUT_CALLABLE = "contactcenter.directory.views.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = AXES_VERBOSE = False
AXES_DISABLE_ACCESS_LOG = True
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # e-mails are unique by their key, ignoring case
LOGIN_URL = reverse_lazy("sign-in")
LOGIN_REDIRECT_URL = "/"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 3 * 24 * 3600  # seconds; invitations and one-time links live as long

SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "contactcenter.api.handlers.csrf_failure"
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "contactcenter_session", "contactcenter_csrf"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
BEHIND_PROXY = env.boolean("CONTACTCENTER_BEHIND_PROXY", default=False)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024  # bytes; a larger body that is not a file is answered with 413
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000  # a profile may name thousands of queues
REQUEST_BODY_LIMIT = 25 * 1024 * 1024  # bytes, files included; refused before Django sees it
# Where files of bulk operations come in: 200 MB and the form around them. They go to the disk, not into memory.
UPLOAD_LIMITS = dict.fromkeys(("/api/v1/bulk-operations/", "/console/bulk-operations/new/"), 201 * 1024 * 1024)
MAY_UPLOAD = "bulkops.uploads.may_upload"  # from whom: environ -> bool

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "style-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    },
}

# --- Language, time, files ---------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("fr", "Français"), ("es", "Español"), ("cs", "Čeština")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Served straight from the applications: nothing to collect, so `make run` and a container start alike.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
MEDIA_ROOT = DATA_DIR / "media"
# Files lie in DATA_DIR, or in a bucket that workers on other machines reach too.
S3_BUCKET = env.text("CONTACTCENTER_S3_BUCKET")
_bucket = {
    "bucket_name": S3_BUCKET,
    "endpoint_url": env.text("CONTACTCENTER_S3_ENDPOINT") or None,
    "region_name": env.text("CONTACTCENTER_S3_REGION") or None,
    "access_key": env.text("CONTACTCENTER_S3_ACCESS_KEY") or None,
    "secret_key": env.text("CONTACTCENTER_S3_SECRET_KEY") or None,
    "default_acl": None,
    "file_overwrite": False,
}
STORAGES = {
    "default": {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": _bucket}
    if S3_BUCKET
    else {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

# --- E-mail ------------------------------------------------------------------------------------------------------

EMAIL_HOST = env.text("CONTACTCENTER_SMTP_HOST")
EMAIL_PORT = env.integer("CONTACTCENTER_SMTP_PORT", 587, low=1, high=65535)
EMAIL_HOST_USER = env.text("CONTACTCENTER_SMTP_USER")
EMAIL_HOST_PASSWORD = env.text("CONTACTCENTER_SMTP_PASSWORD")
EMAIL_USE_TLS = env.boolean("CONTACTCENTER_SMTP_STARTTLS", default=True)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("CONTACTCENTER_MAIL_FROM", f"contactcenter@{_public.hostname}")

# --- API ---------------------------------------------------------------------------------------------------------

OAUTH2_PROVIDER_APPLICATION_MODEL = "api.ApiClient"
OAUTH2_PROVIDER = {
    "SCOPES_BACKEND_CLASS": "contactcenter.api.scopes.ClientScopes",
    "ACCESS_TOKEN_EXPIRE_SECONDS": 3600,
    # Only the client-credentials grant is offered; these close what the library leaves open until its next version.
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,  # a checksum is stored, not the token
}
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "contactcenter.api.authentication.BearerAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["contactcenter.api.permissions.ScopeOrRole"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["contactcenter.api.parsers.StrictJSONParser"],
    "DEFAULT_THROTTLE_CLASSES": ["contactcenter.api.throttles.PrincipalThrottle"],
    "DEFAULT_PAGINATION_CLASS": "contactcenter.api.pagination.CursorPages",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "contactcenter.api.schema.ApiSchema",
    "EXCEPTION_HANDLER": "contactcenter.api.errors.exception_handler",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
API_THROTTLE_PER_MINUTE = 6000  # of one client, unless it has a limit of its own
TOKEN_REQUESTS_PER_MINUTE = 60  # from one address
SPECTACULAR_SETTINGS = {
    "TITLE": "Contact Center Admin Center API",
    "DESCRIPTION": (
        "Agent statuses and availability, and the configuration objects. Sign in with OAuth2 client credentials or a"
        " browser session; under /api/v2/, where programs written for Zendesk work, also with an API token."
    ),
    "VERSION": VERSION,
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "ENUM_NAME_OVERRIDES": {
        "ChannelState": "statuses.states.ChannelState.choices",
        "Cause": "statuses.states.Cause.choices",
        "AgentSelection": "contactcenter.directory.models.Queue.Selection",
        "AllOrSpecific": "contactcenter.directory.models.DesktopProfile.Options",
        "AllSpecificOrNone": "contactcenter.directory.models.DesktopProfile.OptionsOrNone",
        "BulkKind": "bulkops.models.Operation.Kind",
        "BulkObject": "bulkops.serializers.OBJECT_CHOICES",
        "BulkOutcome": "bulkops.serializers.ROW_OUTCOMES",
        "BulkStatus": "bulkops.models.Operation.Status",
        "Channel": "contactcenter.lib.channels.CHANNEL_CHOICES",
        "ChannelType": "contactcenter.directory.models.queues.ChannelType.choices",
        "DnValidation": "contactcenter.directory.models.DesktopProfile.DnValidation",
        "Language": "django.conf.settings.LANGUAGES",
        "ModuleLevel": "contactcenter.directory.models.users.ModuleLevel.choices",
        "MultimediaProfileType": "contactcenter.directory.models.MultimediaProfile.Type",
        "NewBulkKind": "bulkops.serializers.NEW_KINDS",
        "RoutingType": "contactcenter.directory.models.Queue.RoutingType",
        "SkillType": "contactcenter.directory.models.SkillDefinition.Type",
        "SocialChannelType": "contactcenter.directory.models.EntryPoint.SocialChannelType",
        "SoundEncoding": "contactcenter.directory.models.AudioFile.Encoding",
        "TeamType": "contactcenter.directory.models.Team.Type",
        "UserProfileType": "contactcenter.directory.models.UserProfile.Type",
        "WorkTypeType": "contactcenter.directory.models.WorkType.Type",
        "WrapUpType": "contactcenter.directory.models.DesktopProfile.WrapUpType",
        "ZendeskChannel": "statuses.zendesk.words.CHANNEL_NAMES",
        "ZendeskIncludedType": "statuses.zendesk.words.INCLUDED",
        "ZendeskJobState": "statuses.models.StatusJob.State",
        "ZendeskReason": "statuses.zendesk.words.REASON_NAMES",
        "ZendeskResult": "statuses.zendesk.words.RESULTS",
        "ZendeskWorkReason": "statuses.zendesk.words.WORK_REASON_NAMES",
    },
}

# --- Events ------------------------------------------------------------------------------------------------------

# Gives the audience tokens a signed-in user listens to: (user, session_key) -> iterable of str.
EVENTS_AUDIENCE_OF = "contactcenter.directory.access.audience_of"
# Stores signs of life of open pages: (signs, closed) -> None.
SIGNS_SINK = "statuses.presence.record"

# --- Logs --------------------------------------------------------------------------------------------------------

LOG_FORMAT = env.choice("CONTACTCENTER_LOG_FORMAT", "json", ("json", "text"))
LOG_LEVEL = env.choice("CONTACTCENTER_LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR"))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "fmt": "%(asctime)s %(levelname)s %(name)s %(message)s",
            "rename_fields": {"asctime": "at", "levelname": "level", "name": "logger"},
        },
        "text": {"format": "%(asctime)s %(levelname)-7s %(name)s: %(message)s"},
    },
    "filters": {"request_id": {"()": "contactcenter.logs.RequestId"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "filters": ["request_id"]}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        # a line per request is ours; Django's own only repeats it for answers of 4xx
        "django.request": {"level": "ERROR"},
        "django.server": {"handlers": [], "propagate": True},
        "uvicorn": {"level": "WARNING", "handlers": [], "propagate": True},
        "axes": {"level": "WARNING"},
        "uvicorn.access": {"handlers": [], "propagate": False},
        # Each says one line per task, and a tick comes every second; failures are logged as errors.
        "celery.app.trace": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
        "django_celery_beat": {"level": "WARNING"},
    },
}

# --- Console -----------------------------------------------------------------------------------------------------

UNFOLD = {
    "SITE_TITLE": "Contact Center",
    "SITE_HEADER": "Contact Center",
    "SITE_URL": "/workspace/",
    "SITE_FAVICONS": [{"rel": "icon", "href": lambda request: "/static/icons/mark.svg", "type": "image/svg+xml"}],
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "STYLES": [
        lambda request: "/static/css/tokens.css",
        lambda request: "/static/css/status.css",
        lambda request: "/static/css/console.css",
        lambda request: "/static/css/console-forms.css",
    ],
    "SIDEBAR": {
        "show_search": True,
        "show_all_applications": False,
        "navigation": "contactcenter.console.navigation.sidebar",
    },
}

# --- Audit -------------------------------------------------------------------------------------------------------

# The trail is read by object and by who changed it; other references are only kept.
PGHISTORY_FOREIGN_KEY_FIELD = pghistory.ForeignKey(db_index=False)
PGHISTORY_OBJ_FIELD = pghistory.ObjForeignKey(db_index=True)
PGHISTORY_CONTEXT_FIELD = pghistory.ContextForeignKey(db_index=True)

env.refuse_unknown()
