"""The one place where settings become objects. Nothing is loaded before it is called."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crm_copilot.catalog import tables
from crm_copilot.copilot import Copilot
from crm_copilot.data import Dataset, ensure
from crm_copilot.data.restrict import restricted
from crm_copilot.errors import IndexOutdated, InputError, UnknownName
from crm_copilot.graph import build_graph
from crm_copilot.knowledge import Collections
from crm_copilot.knowledge.embedding import Embedders
from crm_copilot.learning import Learning
from crm_copilot.library.needs import hidden_columns, hidden_of_tool
from crm_copilot.llm.embedded_model import EmbeddedModel, WriterModel
from crm_copilot.llm.library_model import LibraryModel
from crm_copilot.llm.told_model import ToldFirst
from crm_copilot.llm.verifier import Verifier
from crm_copilot.llm.writer import Writer
from crm_copilot.people import WHOLE, Scope
from crm_copilot.playbook.book import Playbook
from crm_copilot.playbook.corrections import Corrections
from crm_copilot.playbook.texts import Text, of_passages, shipped
from crm_copilot.ports import CodeModel
from crm_copilot.prompts import WRITER_VERSION
from crm_copilot.reflection import ResultJudge
from crm_copilot.retrieval.documents import corpus, fingerprint
from crm_copilot.retrieval.embedder import Embedder
from crm_copilot.retrieval.index import HybridIndex, build, open_index
from crm_copilot.retrieval.learned import LearnedExamples
from crm_copilot.retrieval.retriever import HybridRetriever
from crm_copilot.retrieval.values import ValueIndex
from crm_copilot.sandbox import Limits, Sandbox
from crm_copilot.settings import Settings, load_settings
from crm_copilot.tools import Tool
from crm_copilot.tools.clients import Directory
from crm_copilot.tools.closed import ClosedTool, not_to_be_seen
from crm_copilot.tools.conversations import abstract_by, recall_tool
from crm_copilot.tools.guidance import guidance_tool
from crm_copilot.tools.playbook import Desk, accounts_tool, candidates_tool, client_tool, pitch_tool, policy_tool
from crm_copilot.tools.recommending import Ledger, ScoreTable, Shop, data_version, tool_functions
from crm_copilot.tools.sales import playbook_tool
from crm_copilot.understanding.reader import Calendar
from crm_copilot.watching import logs, tracing

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from crm_copilot.llm.chat_model import ChatCodeModel
    from crm_copilot.storage import Database, Store
    from crm_copilot.storage.accounts import Accounts
    from crm_copilot.storage.audit import Audit

log = logging.getLogger(__name__)
MOST_PASSAGES = 5000  # of a playbook that are read for rules
OWN_MODELS = ("embedded", "library", "writer")
_CONTACTS = (("clients", "last_meeting_date"), ("interactions", "interaction_time"))

if TYPE_CHECKING:
    once = shared = cached_property
else:

    class once(cached_property):  # noqa: N801 - a decorator
        """A part that is made when it is first asked for, by one thread: Python 3.12 took that promise away."""

        def __init__(self, make: Callable[[Any], Any]) -> None:
            super().__init__(make)
            self.making = threading.RLock()

        def __get__(self, house: Any, owner: Any = None) -> Any:
            with self.making:
                return super().__get__(house, owner)

    class shared(once):  # noqa: N801 - a decorator
        """A part that is made once for everybody: the house of a scope has that of the whole house."""

        def __get__(self, house: Any, owner: Any = None) -> Any:
            whole = getattr(house, "whole", None)
            return super().__get__(house, owner) if whole is None else getattr(whole, self.attrname)


@dataclass
class House:
    """Everything that the front ends need, made when it is first asked for.

    `writer_dir` is the folder of another small model than the one in use. The house of a `scope` stands on the part of
    the data that it lets through; what knows no rows is `shared` with the `whole` house.
    """

    settings: Settings
    writer_dir: Path | None = None
    scope: Scope = WHOLE
    whole: House | None = None
    closed: threading.Event = field(default_factory=threading.Event, repr=False, compare=False)

    def seen_by(self, scope: Scope) -> House:
        """Return the house of those who may see only this; the caller closes it before this one. `House.scope` tells.

        Raises OperatorError when their part of the data cannot be written, Busy when another process is at it.
        """
        whole = self.whole or self
        return whole if scope.whole else House(self.settings, self.writer_dir, scope, whole)

    @once
    def dataset(self) -> Dataset:
        """The data of CRM_DATA_DIR, those loaded before, or the demo company; of them the part that may be seen."""
        if self.whole is not None:
            return restricted(self.whole.dataset, self.scope)
        return ensure(self.settings.home_dir, self.settings.data_dir)

    @once
    def sandbox(self) -> Sandbox:
        """The sandbox over the tables; it starts in the background."""
        limits = Limits(wall_seconds=self.settings.sandbox_timeout_seconds, memory_mb=self.settings.sandbox_memory_mb)
        tools = {tool.name: tool for tool in self.tools}
        return Sandbox(self.dataset.frames, tools, limits=limits, eager=self.whole is None)

    @once
    def tools(self) -> list[Tool]:
        """Every tool, declared once."""
        playbook = playbook_tool(lambda query, collection, k: self.retriever.search(query, collection, k))
        chats = self.settings.model not in OWN_MODELS
        abstract = abstract_by(lambda messages: self.chat.say(messages)) if chats else None
        recall = recall_tool(
            lambda: self.dataset.connect(), lambda texts: self.embedder.embed(texts), abstract,
            lambda: self.dataset.info.fingerprint,
        )  # fmt: skip
        recommend, *others = tool_functions(self.shop)
        desk = self._desk(recommend)
        told = [make(desk) for make in (client_tool, accounts_tool, pitch_tool, candidates_tool, policy_tool)]
        guidance = guidance_tool(lambda *what: self.retriever.search(*what), self.readable)
        return [self._open_or_closed(one) for one in (playbook, recommend, *others, recall, *told, guidance)]

    def _open_or_closed(self, function: Callable[..., Any]) -> Tool:
        """Return a function as a tool, closed when it needs what the scope hides."""
        tool = Tool(function)
        hidden = hidden_of_tool(tool.name, self.scope)
        return ClosedTool(tool, hidden) if hidden else tool

    def readable(self) -> list[str]:
        """Return the collections of texts that may be read."""
        return [name for name in self.collections.names() if self.scope.reads(name)]

    def tool(self, name: str) -> Tool:
        """Return the tool of this name; raise UnknownName, which tells the names there are, when there is none."""
        known = {tool.name: tool for tool in self.tools}
        if name not in known:
            raise UnknownName(f"there is no tool {name!r}; the tools are {', '.join(sorted(known))}")
        return known[name]

    @once
    def shop(self) -> Shop:
        """What the recommending tools work with; purchases and scores are read when they are first asked for."""
        return Shop(lambda: self.dataset.connect(), lambda: self.ledger, lambda: self.scores)

    @once
    def ledger(self) -> Ledger:
        """Who bought what, in memory; raise InputError where that may not be seen."""
        if hidden := hidden_of_tool("recommend_products", self.scope):
            raise InputError(not_to_be_seen(hidden, "an offer"))
        with self.dataset.connect() as data:
            return Ledger(data)

    @property
    def scores(self) -> ScoreTable | None:
        """The scores of what to offer to whom, those of the loaded data first; None when there are none."""
        written, shipped = self.settings.home_dir / "recommender", self.settings.models_dir / "recommender"
        return ScoreTable.find(data_version(self.dataset.info.checksums), written, shipped)

    def _desk(self, recommend: Callable[[str, int], list[dict[str, Any]]]) -> Desk:
        """Return what the tools of the playbook work with; the index is opened when it is first searched."""
        hidden = frozenset(hidden_columns("clients", self.scope))
        return Desk(self.directory, self.playbook, self._near, recommend, hidden)

    def _near(self, question: str, k: int) -> list[tuple[str, float]]:
        return [(hit.document.id, hit.cosine) for hit in self.retriever.search(question, "playbook", k)]

    @once
    def directory(self) -> Directory:
        """The clients of the loaded data."""
        return Directory(
            lambda: self.dataset.connect(), lambda: self.dataset.info.fingerprint, lambda: self._last_day
        )  # fmt: skip

    @property
    def _last_day(self) -> date:
        """The last day that the whole data know of: a part of them is not older."""
        data = (self.whole or self).dataset
        moments = [data.times.get(table, {}).get(column) for table, column in _CONTACTS]
        return max([data.last_day, *(date.fromisoformat(span[1][:10]) for span in moments if span)])

    @once
    def playbook(self) -> Playbook:
        """The rules of the playbook: of the collection of that name, or of the texts that ship."""
        corrections = Corrections(self.settings.home_dir / "playbook" / "rules.json")
        if self.whole is not None and self.scope.reads("playbook"):
            return self.whole.playbook  # the same texts, and read with all names: what is corrected holds for all
        texts = self._playbook_texts if self.scope.reads("playbook") else lambda: []
        return Playbook(texts, lambda: self.directory.names, corrections)

    def _playbook_texts(self) -> list[Text]:
        if not self.collections.has("playbook"):
            return shipped(self.settings.knowledge_dir)
        return of_passages(self.collections.passages("playbook", count=MOST_PASSAGES))

    @once
    def retriever(self) -> HybridRetriever:
        """The retriever over the index, the values of the data, and what people confirmed."""
        return self._retriever(self.learned) if self.settings.learned_examples else self.plain_retriever

    @once
    def plain_retriever(self) -> HybridRetriever:
        """The retriever without what people confirmed."""
        return self._retriever(None)

    def _retriever(self, learned: LearnedExamples | None) -> HybridRetriever:
        absent = [name for name in tables() if name not in self.dataset.info.rows]
        return HybridRetriever(self.index, self.values, self.calendar, absent, learned, self.collections, self.scope)

    @once
    def learned(self) -> LearnedExamples:
        """The confirmed examples of the store, as they are in use at each question."""
        return LearnedExamples(
            self.store, self.embedder, self.values.link, self.calendar, self.dataset.info.fingerprint, self.scope.key
        )  # fmt: skip

    @once
    def learning(self) -> Learning:
        """Takes ratings; the sandbox starts for those that are held against the library."""
        return Learning(
            store=self.store, embedded=self.learned.embedded, library=self.answered_by_library,
            run=lambda code: self.sandbox.run(code), data=self.dataset.info.fingerprint, scope=self.scope.key,
        )  # fmt: skip

    def answered_by_library(self, question: str) -> Mapping[str, Any]:
        """Return the answer of the library without what people confirmed."""
        alone = self.graph(retriever=self.plain_retriever, code_model=LibraryModel())
        result: Mapping[str, Any] = alone.invoke({"question": question})["result"]
        return result

    @shared
    def embedder(self) -> Embedder:
        """The model that turns texts into vectors; it is loaded at the first text."""
        models = self.settings.models_dir / "minilm"
        return Embedder(models / "model.onnx", models / "tokenizer.json")

    @shared
    def index(self) -> HybridIndex:
        """The index that is shipped, or one built under CRM_HOME when the texts have changed."""
        embedder, documents = self.embedder, corpus(self.settings.knowledge_dir)
        for folder in (self.settings.index_dir, self.settings.home_dir / "faiss_store"):
            try:
                return open_index(folder, embedder, fingerprint(documents))
            except IndexOutdated as error:
                log.info("index not used: %s", error)
        build(documents, self.settings.home_dir / "faiss_store", embedder)
        return open_index(self.settings.home_dir / "faiss_store", embedder)

    @shared
    def collections(self) -> Collections:
        """The texts that people have added."""
        return Collections(self.settings.home_dir / "knowledge", Embedders(self.embedder, self.settings.models_dir))

    @once
    def values(self) -> ValueIndex:
        """The values of the data that questions may name."""
        return ValueIndex(self.dataset.values, self.dataset.translations, self.dataset.find_id)

    @once
    def calendar(self) -> Calendar:
        """The first and the last day of the data."""
        return Calendar(*self.dataset.info.period)

    @shared
    def code_model(self) -> CodeModel:
        """What CRM_MODEL names: the library, the small model, both, or a chat model."""
        settings = self.settings
        if settings.model in OWN_MODELS:
            return self._own_model()
        return ToldFirst(LibraryModel(), self.chat)

    @shared
    def chat(self) -> ChatCodeModel:
        """The chat model that CRM_MODEL names."""
        from crm_copilot.llm.chat_model import ChatCodeModel

        settings = self.settings
        key = settings.model_api_key.get_secret_value() if settings.model_api_key else None
        return ChatCodeModel(
            settings.model, base_url=settings.model_base_url, api_key=key, candidates=settings.model_candidates,
            timeout_seconds=settings.model_timeout_seconds, tools=[tool.stub() for tool in self.tools],
        )  # fmt: skip

    def _own_model(self) -> CodeModel:
        """Return the library, the small model or both; the small one starts loading in the background."""
        wanted = self.settings.model
        if wanted == "embedded" and self.writer.absent:
            log.warning("the library answers alone: %s", self.writer.state()["detail"])
        if wanted == "library" or (wanted == "embedded" and self.writer.absent):
            return LibraryModel()
        self.writer.warm()
        written = WriterModel(self.writer, self.settings.writer_candidates)
        return written if wanted == "writer" else EmbeddedModel(LibraryModel(), written, self.verifier)

    @shared
    def verifier(self) -> Verifier:
        """What reads a question beside the words of an answer; opened with the first question."""
        models = self.settings.models_dir
        return Verifier(models / "verifier" / "model.onnx", models / "minilm" / "tokenizer.json")

    @shared
    def writer(self) -> Writer:
        """The small model; nothing is loaded before it is asked for a text or told to get warm."""
        return Writer(self.writer_dir or self.settings.writer_dir, prompt_version=WRITER_VERSION)

    @shared
    def database(self) -> Database:
        """Where conversations, accounts and the audit are kept: CRM_DATABASE_URL, or a file under CRM_HOME."""
        from crm_copilot.storage import Database, migrate

        url = self.settings.database_url
        file = self.settings.home_dir / "conversations.sqlite"
        database = Database(url.get_secret_value()) if url else Database.of_file(file)
        migrate(database)
        return database

    @property
    def engine(self) -> Engine:
        """The engine of the database, for queries of one's own."""
        return self.database.engine

    @shared
    def accounts(self) -> Accounts:
        """The people, with their passwords and keys."""
        from crm_copilot.storage.accounts import Accounts

        return Accounts(self.database)

    @shared
    def audit(self) -> Audit:
        """Who did what."""
        from crm_copilot.storage.audit import Audit

        return Audit(self.database)

    @shared
    def store(self) -> Store:
        """The conversations; turns that a dead process left behind are marked."""
        from crm_copilot.storage import Store

        store = Store(self.database)
        store.mark_interrupted()
        if self.settings.keep_days:
            from crm_copilot.storage import retention

            retention.keep(store, self.settings.keep_days, lambda: self.checkpointer, self.closed)
        return store

    @once
    def copilot(self) -> Copilot:
        """The copilot, its sandbox already starting."""
        self.sandbox, self.code_model  # noqa: B018 - both start while the rest is loaded
        cancellations: dict[str, threading.Event] = {}
        checkpointer = self.checkpointer
        graph = self.graph(checkpointer, cancellations)
        return Copilot(
            graph=graph, store=self.store, link=self.values.link, calendar=self.calendar, model=self.code_model.name,
            checkpointer=checkpointer, cancellations=cancellations, data=self.dataset.info.fingerprint,
            scope=self.scope.key,
        )  # fmt: skip

    def graph(
        self, checkpointer: Any = None, cancellations: dict[str, threading.Event] | None = None, *,
        retriever: HybridRetriever | None = None, code_model: CodeModel | None = None,
    ) -> Any:  # fmt: skip
        """Return the graph bound to everything, or with another retriever and model in its place."""
        settings = self.settings
        return build_graph(
            retriever=retriever or self.retriever, code_model=code_model or self.code_model, runner=self.sandbox,
            judge=ResultJudge(settings.confidence_threshold, settings.max_attempts), max_attempts=settings.max_attempts,
            checkpointer=checkpointer, cancellations=cancellations,
        )  # fmt: skip

    def close(self) -> None:
        """Let go of what runs: the workers first, then what they worked with."""
        self.closed.set()
        if "copilot" in self.__dict__:
            self.copilot.close()
        if "checkpointer" in self.__dict__:
            self.checkpointer.conn.close()
        if "sandbox" in self.__dict__:
            self.sandbox.close()
        if "writer" in self.__dict__:
            self.writer.close()
        if "database" in self.__dict__:
            self.database.close()

    @shared
    def checkpointer(self) -> Any:
        """Where the graph writes down each step, so that a question can be taken up again."""
        from crm_copilot.storage import checkpoints

        return checkpoints.checkpointer(self.database, self.settings.home_dir / "checkpoints.sqlite")


def bootstrap(settings: Settings | None = None) -> House:
    """Return the house for these settings (those of the environment when none are given)."""
    settings = settings or load_settings()
    logs.configure(settings.log_format, settings.log_level)
    if settings.otlp_endpoint:
        tracing.start(settings.otlp_endpoint)
    return House(settings)


async def make_graph() -> Any:
    """Return the graph for LangGraph Studio (`langgraph.json`), which brings its own checkpointer.

    Studio asks for it at every run, on the loop that serves everybody: it is made once, in a thread.
    """
    return await asyncio.to_thread(_shared_graph)


def _shared_graph() -> Any:
    with _one_at_a_time:
        return _graph()


@cache
def _graph() -> Any:
    return bootstrap().graph()


_one_at_a_time = threading.Lock()
