"""What comes in and what goes out. What comes in is read strictly: a number is no text, an unknown field no field."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from crm_copilot.copilot import MOST_CHARACTERS
from crm_copilot.storage import MOST_OF_A_TITLE

_ID = r"^[A-Za-z0-9._:-]{1,100}$"
Id = Annotated[str, Field(pattern=_ID, examples=["8d0f6c1c2f0e4a5b9d3e7f6a1b2c3d4e"])]
Status = Literal["running", "interrupted", "stopped", "answered", "declined", "failed"]


class Strict(BaseModel):
    """What comes in."""

    model_config = ConfigDict(strict=True, extra="forbid")


class Question(Strict):
    """A question, in a conversation or at the beginning of a new one."""

    question: str = Field(
        min_length=1, max_length=MOST_CHARACTERS, description="in plain words; may hold several questions",
        examples=["Revenue by month in 2018"],
    )  # fmt: skip
    conversation_id: Id | None = Field(None, description="of an earlier answer, where this one follows it")


class Feedback(Strict):
    """What somebody thinks of an answer."""

    conversation_id: Id
    feedback: Literal[1, -1] = Field(description="+1 the answer is right, -1 it is not", examples=[1])
    turn: Id | None = Field(None, description="which answer of the conversation; the last one when it is not said")
    part: int = Field(0, ge=0, le=100, description="which of its results, where the message held several questions")
    comment: str = Field("", max_length=2000, examples=["just what I needed"])

    @field_validator("feedback", mode="before")
    @classmethod
    def _no_truth(cls, value: Any) -> Any:
        """Take true for no 1."""
        return str(value) if isinstance(value, bool) else value


class Title(Strict):
    """Another title of a conversation."""

    title: str = Field(min_length=1, max_length=MOST_OF_A_TITLE, examples=["Revenue, first look"])


class Shown(BaseModel):
    """What goes out; there may be more fields than are named."""

    model_config = ConfigDict(extra="allow")


class Source(Shown):
    """Where an answer comes from."""

    kind: str
    id: str
    text: str


class Result(Shown):
    """The answer to one question of a message."""

    question: str
    status: Literal["answered", "declined", "failed"]
    answer: str
    columns: list[str]
    rows: list[list[Any]]
    confidence: float | None
    definition: str | None
    code: str | None
    attempts: int
    sources: list[Source]
    limited: str = Field("", description="which limits of the asker touched the answer; it is said in `answer` too")


class Answer(Shown):
    """An answer; one entry in `results` for each question of the message."""

    conversation_id: str
    turn: str
    question: str
    status: Literal["answered", "declined", "failed"]
    answer: str
    results: list[Result]
    model: str
    timings: dict[str, float] = Field(description="seconds in each step")
    seconds: float
    cached: bool = Field(False, description="whether an equal question was answered a short while ago")


class Begun(Shown):
    """A question that is not answered yet."""

    conversation_id: str
    turn: str
    question: str
    status: Status


class Told(Begun):
    """A question and where it stands; `answer` is the whole answer, once there is one."""

    created: str
    answer: Answer | None
    message: str = Field("", description="what to do, where there is no answer")


class Rated(BaseModel):
    """What became of a feedback."""

    message: str
    turn: str
    outcome: Literal["confirmed", "known", "rejected", "withdrawn", "rated"]


class Conversation(BaseModel):
    """A conversation in the list."""

    id: str
    title: str
    updated: str
    turns: int


class Conversations(BaseModel):
    """The conversations, the one used last first."""

    conversations: list[Conversation]


class Turns(BaseModel):
    """A conversation with its questions in order."""

    id: str
    turns: list[Told]


class Renamed(BaseModel):
    """A conversation with its new title."""

    id: str
    title: str


class ToolShown(BaseModel):
    """A tool: what it does and which arguments it takes, as JSON Schema."""

    name: str
    description: str
    arguments: dict[str, Any]


class Tools(BaseModel):
    """The tools that the asker may call."""

    tools: list[ToolShown]


class Called(BaseModel):
    """What a tool returned."""

    tool: str
    result: Any


class FieldProblem(BaseModel):
    """What is wrong with one field."""

    field: str
    message: str


class Problem(Shown):
    """What went wrong (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str = Field(examples=["busy: 32 questions are waiting; try again in 4 s"])
    code: str = Field(examples=["busy"])
    errors: list[FieldProblem] | None = None
