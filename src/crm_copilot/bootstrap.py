"""The one place where settings become objects. Nothing is loaded before it is called."""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crm_copilot.catalog import tables
from crm_copilot.copilot import Copilot
from crm_copilot.data import Dataset, ensure
from crm_copilot.errors import IndexOutdated, UnknownName
from crm_copilot.graph import build_graph
from crm_copilot.knowledge import Collections
from crm_copilot.knowledge.embedding import Embedders
from crm_copilot.learning import Learning
from crm_copilot.llm.embedded_model import EmbeddedModel, WriterModel
from crm_copilot.llm.library_model import LibraryModel
from crm_copilot.llm.told_model import ToldFirst
from crm_copilot.llm.writer import Writer
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
from crm_copilot.storage import Store
from crm_copilot.storage.database import connect
from crm_copilot.tools import Tool
from crm_copilot.tools.clients import Directory
from crm_copilot.tools.conversations import abstract_by, recall_tool
from crm_copilot.tools.guidance import guidance_tool
from crm_copilot.tools.playbook import Desk, accounts_tool, candidates_tool, client_tool, pitch_tool, policy_tool
from crm_copilot.tools.recommending import Ledger, ScoreTable, Shop, data_version, tool_functions
from crm_copilot.tools.sales import playbook_tool
from crm_copilot.understanding.reader import Calendar

if TYPE_CHECKING:
    from crm_copilot.llm.chat_model import ChatCodeModel

log = logging.getLogger(__name__)
MOST_PASSAGES = 5000  # of a playbook that are read for rules
OWN_MODELS = ("embedded", "library", "writer")


@dataclass
class House:
    """Everything that the front ends need, made when it is first asked for.

    `writer_dir` is the folder of another small model than the one in use.
    """

    settings: Settings
    writer_dir: Path | None = None

    @cached_property
    def dataset(self) -> Dataset:
        """The loaded data: those of CRM_DATA_DIR, those loaded before, or the demo company."""
        return ensure(self.settings.home_dir, self.settings.data_dir)

    @cached_property
    def sandbox(self) -> Sandbox:
        """The sandbox over the tables; it starts in the background."""
        limits = Limits(wall_seconds=self.settings.sandbox_timeout_seconds, memory_mb=self.settings.sandbox_memory_mb)
        return Sandbox(self.dataset.frames, {tool.name: tool for tool in self.tools}, limits=limits)

    @cached_property
    def tools(self) -> list[Tool]:
        """Every tool, declared once."""
        playbook = playbook_tool(lambda query, collection, k: self.retriever.search(query, collection, k))
        chats = self.settings.model not in OWN_MODELS
        abstract = abstract_by(lambda messages: self.chat.say(messages)) if chats else None
        recall = recall_tool(lambda: self.dataset.connect(), lambda texts: self.embedder.embed(texts), abstract)
        recommend, *others = tool_functions(self.shop)
        desk = self._desk(recommend)
        told = [make(desk) for make in (client_tool, accounts_tool, pitch_tool, candidates_tool, policy_tool)]
        guidance = guidance_tool(lambda *what: self.retriever.search(*what), self.collections.names)
        return [Tool(playbook), Tool(recommend), *map(Tool, others), Tool(recall), *map(Tool, told), Tool(guidance)]

    def tool(self, name: str) -> Tool:
        """Return the tool of this name; raise UnknownName, which tells the names there are, when there is none."""
        known = {tool.name: tool for tool in self.tools}
        if name not in known:
            raise UnknownName(f"there is no tool {name!r}; the tools are {', '.join(sorted(known))}")
        return known[name]

    @cached_property
    def shop(self) -> Shop:
        """What the recommending tools work with; purchases and scores are read when they are first asked for."""
        return Shop(lambda: self.dataset.connect(), lambda: self.ledger, lambda: self.scores)

    @cached_property
    def ledger(self) -> Ledger:
        """Who bought what, in memory."""
        with self.dataset.connect() as data:
            return Ledger(data)

    @property
    def scores(self) -> ScoreTable | None:
        """The scores of what to offer to whom, those of the loaded data first; None when there are none."""
        written, shipped = self.settings.home_dir / "recommender", self.settings.models_dir / "recommender"
        return ScoreTable.find(data_version(self.dataset.info.checksums), written, shipped)

    def _desk(self, recommend: Callable[[str, int], list[dict[str, Any]]]) -> Desk:
        """Return what the tools of the playbook work with; the index is opened when it is first searched."""
        return Desk(self.directory, self.playbook, self._near, recommend)

    def _near(self, question: str, k: int) -> list[tuple[str, float]]:
        return [(hit.document.id, hit.cosine) for hit in self.retriever.search(question, "playbook", k)]

    @cached_property
    def directory(self) -> Directory:
        """The clients of the loaded data."""
        return Directory(lambda: self.dataset.connect(), lambda: self.dataset.info.fingerprint)

    @cached_property
    def playbook(self) -> Playbook:
        """The rules of the playbook: of the collection of that name, or of the texts that ship."""
        corrections = Corrections(self.settings.home_dir / "playbook" / "rules.json")
        return Playbook(self._playbook_texts, lambda: self.directory.names, corrections)

    def _playbook_texts(self) -> list[Text]:
        if not self.collections.has("playbook"):
            return shipped(self.settings.knowledge_dir)
        return of_passages(self.collections.passages("playbook", count=MOST_PASSAGES))

    @cached_property
    def retriever(self) -> HybridRetriever:
        """The retriever over the index, the values of the data, and what people confirmed."""
        return self._retriever(self.learned) if self.settings.learned_examples else self.plain_retriever

    @cached_property
    def plain_retriever(self) -> HybridRetriever:
        """The retriever without what people confirmed."""
        return self._retriever(None)

    def _retriever(self, learned: LearnedExamples | None) -> HybridRetriever:
        absent = [name for name in tables() if name not in self.dataset.info.rows]
        return HybridRetriever(self.index, self.values, self.calendar, absent, learned, self.collections)

    @cached_property
    def learned(self) -> LearnedExamples:
        """The confirmed examples of the store, as they are in use at each question."""
        return LearnedExamples(
            self.store, self.embedder, self.values.link, self.calendar, self.dataset.info.fingerprint
        )  # fmt: skip

    @cached_property
    def learning(self) -> Learning:
        """Takes ratings; the sandbox starts for those that are held against the library."""
        return Learning(
            store=self.store, embedded=self.learned.embedded, library=self.answered_by_library,
            run=lambda code: self.sandbox.run(code), data=self.dataset.info.fingerprint,
        )  # fmt: skip

    def answered_by_library(self, question: str) -> Mapping[str, Any]:
        """Return the answer of the library without what people confirmed."""
        alone = self.graph(retriever=self.plain_retriever, code_model=LibraryModel())
        result: Mapping[str, Any] = alone.invoke({"question": question})["result"]
        return result

    @cached_property
    def embedder(self) -> Embedder:
        """The model that turns texts into vectors; it is loaded at the first text."""
        models = self.settings.models_dir / "minilm"
        return Embedder(models / "model.onnx", models / "tokenizer.json")

    @cached_property
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

    @cached_property
    def collections(self) -> Collections:
        """The texts that people have added."""
        return Collections(self.settings.home_dir / "knowledge", Embedders(self.embedder, self.settings.models_dir))

    @cached_property
    def values(self) -> ValueIndex:
        """The values of the data that questions may name."""
        return ValueIndex(self.dataset.values, self.dataset.translations, self.dataset.find_id)

    @cached_property
    def calendar(self) -> Calendar:
        """The first and the last day of the data."""
        return Calendar(*self.dataset.info.period)

    @cached_property
    def code_model(self) -> CodeModel:
        """What CRM_MODEL names: the library, the small model, both, or a chat model."""
        settings = self.settings
        if settings.model in OWN_MODELS:
            return self._own_model()
        return ToldFirst(LibraryModel(), self.chat)

    @cached_property
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
        return written if wanted == "writer" else EmbeddedModel(LibraryModel(), written)

    @cached_property
    def writer(self) -> Writer:
        """The small model; nothing is loaded before it is asked for a text or told to get warm."""
        return Writer(self.writer_dir or self.settings.writer_dir, prompt_version=WRITER_VERSION)

    @cached_property
    def store(self) -> Store:
        """The conversations; turns that a dead process left behind are marked."""
        store = Store(self.settings.home_dir / "conversations.sqlite")
        store.mark_interrupted()
        return store

    @cached_property
    def copilot(self) -> Copilot:
        """The copilot, its sandbox already starting."""
        self.sandbox, self.code_model  # noqa: B018 - both start while the rest is loaded
        cancellations: dict[str, threading.Event] = {}
        checkpointer = self.checkpointer
        graph = self.graph(checkpointer, cancellations)
        return Copilot(
            graph=graph, store=self.store, link=self.values.link, calendar=self.calendar, model=self.code_model.name,
            checkpointer=checkpointer, cancellations=cancellations, data=self.dataset.info.fingerprint,
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
        if "copilot" in self.__dict__:
            self.copilot.close()
        if "checkpointer" in self.__dict__:
            self.checkpointer.conn.close()
        if "sandbox" in self.__dict__:
            self.sandbox.close()
        if "writer" in self.__dict__:
            self.writer.close()

    @cached_property
    def checkpointer(self) -> Any:
        """Where the graph writes down each step, so that a question can be taken up again."""
        from langgraph.checkpoint.sqlite import SqliteSaver

        return SqliteSaver(connect(self.settings.home_dir / "checkpoints.sqlite", check_same_thread=False))


def bootstrap(settings: Settings | None = None) -> House:
    """Return the house for these settings (those of the environment when none are given)."""
    settings = settings or load_settings()
    logging.basicConfig(stream=sys.stderr, level=settings.log_level, format="%(levelname)s %(name)s: %(message)s")
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
