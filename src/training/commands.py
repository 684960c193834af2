"""`crm train ...`: what is made from the catalog and the texts before the product is shipped."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from training.examples.commands import app as examples
from training.learning_commands import app as learning
from training.recommender.commands import app as recommender
from training.verifier.commands import app as verifier
from training.writer.commands import app as writer
from training.writer.options import DATA, training_packages

app = typer.Typer(
    no_args_is_help=True, help="Make what ships: the embedder, the index, the calibration of the confidence."
)
app.add_typer(examples)
app.add_typer(writer)
app.add_typer(verifier)
app.add_typer(learning)
app.add_typer(recommender, name="recommender")


@app.command("embedder")
def embedder(
    target: Annotated[Path, typer.Argument()] = Path("models/minilm"),
    source: Annotated[Path | None, typer.Option(help="a fine-tuned model; without it the original")] = None,
) -> None:
    """Export all-MiniLM-L6-v2, or what was fine-tuned from it, to ONNX (needs requirements-train.txt)."""
    with training_packages():
        from training.export_embedder import main

        main(target, source)


@app.command("embedder-tune")
def embedder_tune(
    train: Annotated[Path, typer.Argument(help="examples to learn from, JSON lines")] = DATA / "train.jsonl",
    test: Annotated[Path, typer.Option(help="examples of held-out templates, to measure with")] = DATA / "test.jsonl",
    folder: Annotated[Path, typer.Option(help="folder of the run; the model is in model/")] = DATA / "embedder",
    steps: Annotated[int, typer.Option(min=1)] = 400,
    batch: Annotated[int, typer.Option(min=2)] = 64,
    most: Annotated[int, typer.Option(help="how many questions are judged", min=1)] = 2000,
) -> None:
    """Bring questions near to the functions that answer them; print how well they are found before and after."""
    with training_packages():
        from training import embedder as tuning

        pairs, questions = (list(tuning.asked(file)) for file in (train, test))
        before = tuning.ranks(tuning.original(), questions[:most])
        model = tuning.tune(pairs, folder, tuning.Options(steps, batch))
        after = tuning.ranks(tuning.Tuned(model), questions[:most])
    report = {"before": tuning.figures(before), "after": tuning.figures(after), "n": len(before)}
    text = json.dumps({**report, "recall@5 gained": tuning.difference(before, after)})
    (folder / "figures.json").write_text(text, "utf-8")
    typer.echo(text)


@app.command("embedder-compare")
def embedder_compare(
    other: Annotated[Path, typer.Argument(help="what 'crm train embedder --source' exported")],
    files: Annotated[list[Path] | None, typer.Argument(help="question files, to ask the product with both")] = None,
    test: Annotated[Path, typer.Option(help="examples of held-out templates, to measure with")] = DATA / "test.jsonl",
    most: Annotated[int, typer.Option(help="how many of the examples are judged", min=1)] = 2000,
    work: Annotated[Path, typer.Option(help="folder of the run, with the other one's index")] = DATA / "rivals",
) -> None:
    """Hold an exported embedder against the one that ships: functions found, and questions answered."""
    from crm_copilot.settings import load_settings
    from evaluation.questions import load_all
    from training import embedder_rivals as rivals
    from training.embedder import asked

    settings = load_settings()
    report = rivals.found(settings.models_dir / "minilm", other, list(asked(test))[:most])
    if files:
        told = rivals.answered(settings, other, work, lambda dataset: load_all(files, dataset))
        report["answered"] = asdict(told)
    typer.echo(json.dumps(report))


@app.command("fast-embedder")
def fast_embedder(target: Path = Path("models/fast"), minilm: Path = Path("models/minilm")) -> None:
    """Make the vectors of word pieces that large collections are embedded with."""
    from training.fast_embedder import main

    main(target, minilm)


@app.command("pieces")
def pieces(
    documents: Annotated[Path, typer.Argument(help="a file of texts, as 'crm knowledge add' takes it")],
    questions: Annotated[Path, typer.Argument(help="a CSV file: question, and document (the id of the right text)")],
    work: Annotated[Path, typer.Option(help="folder of the run: the model, and the ids that it has not seen")],
    group: Annotated[str, typer.Option(help="field of the texts: those of one group are hard to tell apart")],
    fold: Annotated[int | None, typer.Option(min=0, max=4, help="the fifth of the documents to hold out")] = None,
    passes: Annotated[int, typer.Option(min=1)] = 4,
    target: Annotated[Path, typer.Option(help="where the exported model goes")] = Path("models/pieces"),
) -> None:
    """Fine-tune the model whose word pieces small collections are searched with, on all documents or on four fifths."""
    with training_packages():
        from training.pieces import Options, train

        train(documents, questions, group, fold, work, target, Options(passes=passes))


@app.command("reranker")
def reranker(
    documents: Annotated[Path, typer.Argument(help="a file of texts, as 'crm knowledge add' takes it")],
    questions: Annotated[Path, typer.Argument(help="a CSV file: question, and document (the id of the right text)")],
    work: Annotated[Path, typer.Option(help="folder of the run: its collection, and the weights of each fold")],
    target: Annotated[Path, typer.Option(help="where the reranker goes")] = Path("models"),
    minilm: Path = Path("models/minilm"),
    fold: Annotated[
        list[Path] | None,
        typer.Option(help="work of a 'crm train pieces --fold', with its model in pieces/; each once"),
    ] = None,
) -> None:
    """Fit the reranker of collections; print how well it does on documents that it was not fitted on."""
    from training.reranker import train

    typer.echo(json.dumps(train(documents, questions, target, work, minilm, fold or [])))


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


@app.command("confidence")
def confidence(
    files: Annotated[list[Path], typer.Argument(help="question files that the grammar was not written with")],
) -> None:
    """Fit how sure the product says it is to how often it is right, on the data that are in use."""
    from crm_copilot.bootstrap import House
    from crm_copilot.interfaces.console import progress
    from crm_copilot.settings import load_settings
    from evaluation.questions import load_all
    from training.confidence import answered, fit, write

    house = House(load_settings().model_copy(update={"confidence_threshold": 0.0}))
    try:
        questions = load_all(files, house.dataset)
        with progress(len(questions)) as step:
            results = answered(house, questions, step)
        found = fit(house, results)
    finally:
        house.close()
    write(found)
    typer.echo(f"{len(results)} answers: {found}", err=True)


@app.command("agreement")
def agreement(
    files: Annotated[list[Path], typer.Argument(help="question files that neither grammar nor model was made with")],
) -> None:
    """Fit how much the agreement of grammar and small model counts, on the data that are in use."""
    from crm_copilot.bootstrap import House
    from crm_copilot.interfaces.console import progress
    from crm_copilot.settings import load_settings
    from evaluation.questions import load_all
    from training.voices import fit, heard, write

    house = House(load_settings())
    try:
        questions = load_all(files, house.dataset)
        with progress(len(questions)) as step:
            results = heard(house, questions, step)
    finally:
        house.close()
    found = fit(results)
    write(found)
    typer.echo(f"{len(results)} results: {found}", err=True)
