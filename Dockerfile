# The product with its models: the app, the API, the MCP server and the bot are commands of one image.
#
#     docker build --tag crm-copilot .
#     docker run --rm crm-copilot crm doctor
#
# It needs no network when it runs. Everything that is written goes to the volume /home/crm/data.
ARG PYTHON=python:3.11-slim-bookworm

FROM ${PYTHON} AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/crm
COPY requirements.txt /app/
RUN /opt/crm/bin/pip install --requirement /app/requirements.txt
WORKDIR /app
COPY pyproject.toml README.md requirements.in ./
COPY src src
COPY evaluation evaluation
RUN /opt/crm/bin/pip install --no-deps --editable . && /opt/crm/bin/python -m compileall -q src evaluation

FROM ${PYTHON}
RUN useradd --uid 10001 --create-home crm && install -d -o crm -g crm /home/crm/data
COPY --from=build /opt/crm /opt/crm
COPY --from=build /app /app
WORKDIR /app
COPY app.py ./
COPY .streamlit/config.toml .streamlit/
COPY models models
COPY data data
COPY faiss_store faiss_store
COPY deploy/healthy.py deploy/
ENV PATH=/opt/crm/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    MPLCONFIGDIR=/tmp/matplotlib \
    CRM_HOME=/home/crm/data
USER 10001
VOLUME /home/crm/data
EXPOSE 8000 8501
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
    CMD ["python", "/app/deploy/healthy.py", "http://127.0.0.1:8000/ready"]
CMD ["crm", "serve", "--host", "0.0.0.0"]
