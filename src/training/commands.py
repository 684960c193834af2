"""`crm train ...`: what is made from the catalog and the texts before the product is shipped."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="Export the embedder, build the index that is shipped.")


@app.command("embedder")
def embedder(target: Annotated[Path, typer.Argument()] = Path("models/minilm")) -> None:
    """Export all-MiniLM-L6-v2 to ONNX (needs requirements-train.txt)."""
    from training.export_embedder import main

    main(target)


@app.command("index")
def index(target: Annotated[Path | None, typer.Argument()] = None) -> None:
    """Build the index of catalog, library and texts that is shipped in faiss_store."""
    from crm_copilot.retrieval.documents import corpus
    from crm_copilot.retrieval.embedder import Embedder
    from crm_copilot.retrieval.index import build
    from crm_copilot.settings import load_settings

    settings = load_settings()
    models = settings.models_dir / "minilm"
    documents = corpus(settings.knowledge_dir)
    build(documents, target or settings.index_dir, Embedder(models / "model.onnx", models / "tokenizer.json"))
    typer.echo(f"{len(documents)} documents in {target or settings.index_dir}", err=True)
