# One image for the web server (the default command), the workers and the scheduler: see compose.yaml.
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 \
    PIP_NO_CACHE_DIR=1 \
    DATA_DIR=/data \
    CONTACTCENTER_HOST=0.0.0.0

RUN useradd --system --create-home --uid 10001 contactcenter \
    && install --directory --owner contactcenter /data
WORKDIR /app

COPY requirements.lock .
RUN pip install --disable-pip-version-check --no-deps --require-hashes --requirement requirements.lock

COPY . .
RUN python -m compileall -q .

USER contactcenter
VOLUME /data
EXPOSE 8000
CMD ["python", "-m", "contactcenter.web"]
