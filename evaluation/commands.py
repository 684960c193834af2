"""`crm evaluate`: placeholder until the runner is written."""
import typer
app = typer.Typer()
