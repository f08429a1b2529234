"""The log is one JSON object a line if the settings ask for it."""

import json
import logging

from app.settings import read_settings
from app.web.edge.logs import JsonFormatter, log_config


def test_log_lines_are_json_if_the_settings_say_so() -> None:
    config = log_config(read_settings(log_format="json"))
    assert {formatter["()"] for formatter in config["formatters"].values()} == {JsonFormatter}
    record = logging.LogRecord("convscope", 20, __file__, 1, "took %d ms", (5,), None)
    assert json.loads(JsonFormatter().format(record)) | {"time": ""} == {
        "time": "",
        "level": "info",
        "logger": "convscope",
        "message": "took 5 ms",
    }
