"""The measures of ragas, each as a function of one sample. Nothing else of this project imports ragas."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping
from typing import Any

from ragas.dataset_schema import SingleTurnSample
from ragas.embeddings import LangchainEmbeddingsWrapper
from ragas.llms import LangchainLLMWrapper
from ragas.metrics import (
    AnswerCorrectness,
    Faithfulness,
    LLMContextPrecisionWithReference,
    LLMContextRecall,
    NonLLMContextPrecisionWithReference,
    NonLLMContextRecall,
    NonLLMStringSimilarity,
    ResponseRelevancy,
    SemanticSimilarity,
)
from ragas.run_config import RunConfig

from crm_copilot.retrieval.embedder import TextEmbedder
from crm_copilot.settings import Settings
from evaluation.knowledge.samples import Sample

Measure = Callable[[Sample], float]
_JUDGED = ("faithfulness", "answer relevancy", "context precision", "context recall", "answer correctness")


class Vectors:
    """The product's sentence vectors in the form of LangChain."""

    def __init__(self, embedder: TextEmbedder) -> None:
        self._embedder = embedder

    def embed_query(self, text: str) -> list[float]:
        """Return the vector of a text."""
        return self.embed_documents([text])[0]

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return a vector for each text."""
        return [row.tolist() for row in self._embedder.embed(texts)]

    async def aembed_query(self, text: str) -> list[float]:
        """Return the vector of a text."""
        return self.embed_query(text)

    async def aembed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return a vector for each text."""
        return self.embed_documents(texts)


def unjudged(embedder: TextEmbedder) -> Mapping[str, Measure]:
    """Return the measures that need no judge."""
    vectors = LangchainEmbeddingsWrapper(Vectors(embedder))
    return {
        "context precision, without a model": _scored(NonLLMContextPrecisionWithReference()),
        "context recall, without a model": _scored(NonLLMContextRecall()),
        "string similarity to the reference": _scored(NonLLMStringSimilarity()),
        "semantic similarity, by embeddings": _scored(SemanticSimilarity(embeddings=vectors)),
    }


def judged(settings: Settings | None, embedder: TextEmbedder) -> Mapping[str, Measure]:
    """Return the measures that a chat model judges; without settings they say that there is no judge."""
    if settings is None:
        return dict.fromkeys(_JUDGED, _no_judge)
    patience = RunConfig(timeout=int(settings.model_timeout_seconds), max_retries=1, max_wait=1)
    judge = LangchainLLMWrapper(_model(settings), run_config=patience)
    vectors = LangchainEmbeddingsWrapper(Vectors(embedder))
    metrics = (
        Faithfulness(llm=judge), ResponseRelevancy(llm=judge, embeddings=vectors),
        LLMContextPrecisionWithReference(llm=judge), LLMContextRecall(llm=judge),
        AnswerCorrectness(llm=judge, embeddings=vectors, answer_similarity=SemanticSimilarity(embeddings=vectors)),
    )  # fmt: skip
    return {name: _scored(metric) for name, metric in zip(_JUDGED, metrics, strict=True)}


def _no_judge(sample: Sample) -> float:
    raise LookupError("no judge; name one with CRM_MODEL=provider:name")


def _model(settings: Settings) -> Any:
    from langchain.chat_models import init_chat_model

    given: dict[str, Any] = {"timeout": settings.model_timeout_seconds, "temperature": 0, "max_retries": 1}
    if settings.model_base_url:
        given["base_url"] = settings.model_base_url
    if settings.model_api_key:
        given["api_key"] = settings.model_api_key.get_secret_value()
    return init_chat_model(settings.model, **given)


def _scored(metric: Any) -> Measure:
    """Return a metric as a measure; ragas would tell its makers of each use, which it looks up at the first."""
    os.environ["RAGAS_DO_NOT_TRACK"] = "true"  # noqa: TID251 - that library reads it nowhere else

    def measure(sample: Sample) -> float:
        return float(asyncio.run(metric.single_turn_ascore(_turn(sample))))

    return measure


def _turn(sample: Sample) -> SingleTurnSample:
    return SingleTurnSample(
        user_input=sample.question, response=sample.answer, reference=sample.reference,
        retrieved_contexts=sample.contexts, reference_contexts=[sample.reference],
    )  # fmt: skip
