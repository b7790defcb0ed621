"""Static files: collected once, served by the web process itself with a hash in each name."""

from config.settings.product import VAR_DIR

__all__ = ["STATIC_ROOT", "STATIC_URL", "STORAGES"]

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)  # WhiteNoise warns about a folder that is not there

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
