"""The tools, each by its name, with the arguments that its one declaration says."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Response
from fastapi.concurrency import run_in_threadpool as in_thread

from crm_copilot.interfaces.api.asking import MayUseTools, TheService
from crm_copilot.interfaces.api.questions import as_json
from crm_copilot.interfaces.api.shapes import Called, Tools

router = APIRouter(prefix="/tools", tags=["tools"])
Name = Annotated[str, Path(pattern=r"^[a-z_]{1,60}$", examples=["recommend_products"])]
Arguments = Annotated[
    dict[str, Any],
    Body(description="as GET /tools says", examples=[{"query": "refund", "collection": "support", "k": 3}]),
]


@router.get("", response_model=Tools)
def listed(asker: MayUseTools, service: TheService) -> dict[str, Any]:
    """Return the tools with what they do and the arguments they take."""
    return {
        "tools": [
            {"name": tool.name, "description": tool.description, "arguments": tool.arguments.model_json_schema()}
            for tool in service.tools(asker.person)
        ]
    }


@router.post("/{name}", response_model=Called)
async def call(name: Name, body: Arguments, asker: MayUseTools, service: TheService) -> Response:
    """Call a tool over what the asker may see."""
    return as_json({"tool": name, "result": await in_thread(service.call, asker.person, name, body)})
