"""The one moment that every file carries which must carry a date, so that no file tells when it was made."""

from datetime import UTC, datetime

MOMENT = datetime(2000, 1, 1, tzinfo=UTC)
