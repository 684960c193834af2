"""The app put together: it answers /health at once, and the rest as soon as the house is open."""

from __future__ import annotations

import logging
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.metadata import version

from fastapi import Depends, FastAPI
from fastapi.concurrency import run_in_threadpool as in_thread
from starlette.routing import Route

from crm_copilot.errors import CopilotError, OperatorError
from crm_copilot.interfaces import mcp
from crm_copilot.interfaces.api import chat, conversations, feedback, problems, questions, steps, tools, watching
from crm_copilot.interfaces.api.asking import Gate, only_known
from crm_copilot.interfaces.api.document import describe
from crm_copilot.interfaces.api.guarding import Guard
from crm_copilot.service import Service

log = logging.getLogger(__name__)
_LOOK_SECONDS = 2.0  # between two looks whether other data were loaded
_ABOUT = """Questions in plain words, answered from the company's own data: the number, its definition, and the code.

Send a key as `Authorization: Bearer crm_…`; none is needed while there are no accounts. `docs/api.md` explains it."""
_ROUTERS = (questions, steps, feedback, conversations, tools, chat, watching)


def create(service: Service) -> FastAPI:
    """Return the app over a service; what is closed with the app is the service."""
    gate = Gate(service)
    over_http = mcp.OverHttp(service, gate.asker)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        threading.Thread(target=_open, args=(app, service), name="open", daemon=True).start()
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(over_http.run())
            yield
        app.state.closed.set()
        await in_thread(service.close)

    app = FastAPI(
        title="CRM Copilot", version=version("crm-copilot"), lifespan=lifespan, docs_url=None, redoc_url=None,
        description=_ABOUT, dependencies=[Depends(only_known)],
    )  # fmt: skip
    app.state.service, app.state.gate, app.state.trouble, app.state.ready = service, gate, None, threading.Event()
    app.state.closed = threading.Event()
    for module in _ROUTERS:
        app.include_router(module.router)
    app.router.routes.append(Route("/mcp", endpoint=over_http, include_in_schema=False))
    app.add_middleware(Guard, needs_key=_or_open(gate.needs_key))
    problems.add_to(app)
    describe(app)
    return app


def _open(app: FastAPI, service: Service) -> None:
    """Open the house, and take up what an earlier process has left."""
    try:
        service.house.copilot  # noqa: B018 - what it needs is opened with it
        service.house.sandbox.start()
        app.state.ready.set()
        service.take_up()
        _follow_data(app, service)
    except CopilotError as error:
        log.error("%s", error)
        app.state.trouble = error
    except Exception:
        log.exception("the house could not be opened")
        app.state.trouble = OperatorError("the data could not be opened; the log of the server says why")


def _follow_data(app: FastAPI, service: Service) -> None:
    """Open other data as soon as they are loaded; what cannot be opened is told, and the old data stay in use."""
    told = ""
    while not app.state.closed.wait(_LOOK_SECONDS):
        try:
            service.refresh()
        except CopilotError as error:
            if str(error) != told:
                log.error("%s", error)
            told = str(error)


def _or_open(needs_key: Callable[[], bool]) -> Callable[[], bool]:
    """Return whether a key is needed; where that cannot be known, it is not asked here but at the request."""

    def needed() -> bool:
        try:
            return needs_key()
        except CopilotError:
            return True

    return needed
