# docker build -t convscope .                             runs on the processor
# docker build -t convscope:cuda --build-arg RUNTIME=cuda .   runs on an NVIDIA GPU
# docker build -t convscope --build-arg RUNTIME=storage .     on the processor, and can share a bucket of S3
# docker run --rm -p 8000:8000 --read-only --tmpfs /tmp -v convscope:/data convscope

FROM python:3.11-slim-bookworm AS wheel
COPY requirements-build.lock /build/
RUN python -m pip install --no-cache-dir --require-hashes -r /build/requirements-build.lock
WORKDIR /convscope
COPY pyproject.toml README.md LICENSE ./
COPY app ./app
COPY deploy/haproxy.cfg ./deploy/haproxy.cfg
COPY lessons ./lessons
COPY models ./models
COPY static ./static
COPY templates ./templates
RUN python -m pip wheel --no-index --no-deps --no-build-isolation --wheel-dir /wheels .

FROM python:3.11-slim-bookworm AS environment
ARG RUNTIME=cpu
COPY requirements.lock /build/cpu.lock
COPY requirements-cuda.lock /build/cuda.lock
COPY requirements-storage.lock /build/storage.lock
RUN python -m venv /venv \
    && /venv/bin/python -m pip install --no-cache-dir --require-hashes -r "/build/${RUNTIME}.lock"
COPY --from=wheel /wheels /wheels
# The files may be read-only later: pip compiles them as it installs them.
RUN /venv/bin/python -m pip install --no-index --no-deps /wheels/*.whl

FROM python:3.11-slim-bookworm
RUN install --directory --owner=10001 --group=10001 /data
COPY --from=environment /venv /venv

ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    ORT_DISABLE_TELEMETRY=1 \
    CONVSCOPE_HOST=0.0.0.0 \
    CONVSCOPE_PORT=8000 \
    CONVSCOPE_DATA_DIR=/data
VOLUME /data
EXPOSE 8000
USER 10001:10001
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:' + os.environ['CONVSCOPE_PORT'] + '/healthz', timeout=4)"]
ENTRYPOINT ["convscope"]
CMD ["serve"]
