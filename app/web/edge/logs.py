"""The server's log: one JSON object a line, or plain text."""

import json
import logging
import sys
from typing import Any

from uvicorn.config import LOGGING_CONFIG

from app.settings import Settings


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, message and, if there is one, the traceback."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line)


def log_config(settings: Settings) -> dict[str, Any]:
    """The configuration of `logging`: everything goes to stderr, in the format that the settings name."""
    formatters: dict[str, Any] = dict(LOGGING_CONFIG["formatters"])
    if settings.log_format == "json":
        formatters = {name: {"()": JsonFormatter} for name in formatters}
    handlers = {
        name: {"class": "logging.StreamHandler", "formatter": name, "stream": sys.stderr} for name in formatters
    }
    loggers = {
        "convscope": {"handlers": ["default"], "level": "INFO", "propagate": False},
        "uvicorn": {"handlers": ["default"], "level": "WARNING", "propagate": False},
        "uvicorn.access": {"handlers": ["access"], "level": "INFO", "propagate": False},
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": formatters,
        "handlers": handlers,
        "loggers": loggers,
        "root": {"handlers": ["default"], "level": "WARNING"},
    }
