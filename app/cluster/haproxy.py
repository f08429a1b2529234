"""The balancer of the cluster: HAProxy as Ray starts it, with the configuration that ConvScope ships added.

Ray writes a configuration of its own, and a new one whenever replicas come or go. It listens on every address and has
no time limit for the head of a request. So Ray is given this program in place of HAProxy: it completes the file, and
becomes HAProxy.
"""

import os
import re
import sys
from pathlib import Path

from app.resources import DEPLOY

SHIPPED = DEPLOY / "haproxy.cfg"
BIND = re.compile(r"(?m)^(\s*bind )(?:\*|0\.0\.0\.0|::|\[::\])?:(\d+)")
SERVER = re.compile(r"(?m)^\s+server (\S+) (\S+:\d+) check(?!.*\bbackup\b)")
METRICS = re.compile(r"(?m)^# The balancer's own metrics")
BEGIN = "\n# ConvScope\n"
BUSY = """    # What a replica refuses before it has read it: the words of Ray.
    http-response return status 503 content-type application/json lf-string '%[var(txn.before_code)]overloaded\
%[var(txn.before_message)]Too many requests at the moment. Try again in 1 s.%[var(txn.after_message)]' \
hdr Cache-Control no-store hdr X-Content-Type-Options nosniff hdr Retry-After 1 \
if { status 503 } { res.hdr(content-type) -m beg text/plain }
"""


def complete(ray: str, shipped: str, bind: str) -> str:
    """Ray's configuration on the loopback interface alone, and the shipped one before the same replicas, on `bind`.

    Raises:
        ValueError: the shipped configuration does not have what is to be replaced.
    """
    ray = ray.partition(BEGIN)[0]
    servers = "".join(f"    server {name} {address}\n" for name, address in SERVER.findall(ray))
    ours = METRICS.split(shipped)[0]
    for pattern, text in (
        (r"(?m)^    bind :8000$", f"    bind {bind}"),
        (r"(?m)(?:^    server \w+ 127\.0\.0\.1:\d+\n)+", servers),
        (r"uri /readyz ", "uri /-/healthz "),  # a full replica still answers it, so it is not taken for dead
        (r"(?m)^(?=    http-response set-var\(txn\.answered\))", BUSY),
    ):
        ours, count = re.subn(pattern, lambda _: text, ours)  # noqa: B023  # called at once
        if not count:
            raise ValueError(pattern)
    return BIND.sub(r"\g<1>127.0.0.1:\2", ray).replace("mode 666", "mode 600") + BEGIN + ours


def main() -> None:
    """HAPROXY BIND ARGUMENT...: complete the file that follows `-f`, then become HAProxy with the same arguments."""
    binary, bind, *arguments = sys.argv[1:]
    file = Path(arguments[arguments.index("-f") + 1])
    file.write_text(complete(file.read_text(), SHIPPED.read_text("utf-8"), bind))
    os.execv(binary, [binary, *arguments])  # noqa: S606  # nosec B606  # the arguments are Ray's; the process must be HAProxy


if __name__ == "__main__":
    main()
