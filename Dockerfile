FROM python:3.11-slim-bookworm AS build
WORKDIR /src
COPY requirements.lock.txt ./
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes --only-binary :all: -r requirements.lock.txt
COPY pyproject.toml README.md LICENSE alerters.yaml triggers.yaml ./
COPY checks checks
COPY schemas schemas
COPY engine engine
RUN hatchling build -t wheel -d /dist

FROM python:3.11-slim-bookworm
RUN apt-get update \
    && apt-get install -y --no-install-recommends chromium-headless-shell fonts-liberation fonts-noto-color-emoji git \
    && rm -rf /var/lib/apt/lists/*
COPY requirements.runtime.lock.txt /tmp/
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes --only-binary :all: \
        -r /tmp/requirements.runtime.lock.txt \
    && rm /tmp/requirements.runtime.lock.txt
COPY --from=build /dist/*.whl /tmp/
RUN pip install --no-cache-dir --disable-pip-version-check --no-deps /tmp/*.whl && rm /tmp/*.whl

RUN useradd --create-home --uid 10001 nano && install -d -o nano -g nano /store /var/lib/nano-sre
USER nano
# The store's repository is mounted at /store; what runs leave behind is kept in the volume.
WORKDIR /store
ENV NANO_SRE_DATA_DIR=/var/lib/nano-sre \
    NANO_SRE_NO_SYSTEM_PACKAGES=1 \
    PYTHONUNBUFFERED=1
VOLUME ["/var/lib/nano-sre"]
ENTRYPOINT ["nano-sre"]
CMD ["--help"]
