"""Everything that may be raised on purpose, sorted by who must react.

    CopilotError
    ├── InputError            the user: the message names the value, what was expected and the repair
    │   ├── DataError         a file that cannot be loaded (file, column, row)
    │   ├── UnknownName       a conversation, collection or customer that does not exist
    │   ├── TooMany           the asker has used up what one person may ask; later again
    │   └── Cancelled         the asker stopped the question
    └── OperatorError         whoever runs the product
        ├── SettingsError     a setting that cannot be used
        ├── SandboxUnavailable  generated code cannot be confined here, so it is not run
        ├── ModelUnavailable  the model's server is down, slow or answers garbage
        ├── IndexOutdated     a stored index does not belong to the present texts or model
        └── Busy              all workers are taken; try again

What generated code does wrong is never an exception: it is an `Execution` that says so, and it is
fed back to the writer.
"""

from __future__ import annotations


class CopilotError(Exception):
    """Any error raised on purpose; its text is fit to be shown."""


class InputError(CopilotError):
    """What the user gave cannot be used; the text says how to repair it."""


class DataError(InputError):
    """A file of data cannot be loaded; what was loaded before stays as it was."""

    def __init__(self, problem: str, *, file: str, column: str | None = None, row: int | None = None) -> None:
        self.problem, self.file, self.column, self.row = problem, file, column, row
        place = [file]
        if column is not None:
            place.append(f"column {column!r}")
        if row is not None:
            place.append(f"row {row}")
        super().__init__(f"{', '.join(place)}: {problem}")


class UnknownName(InputError):
    """A name that stands for nothing known here."""


class Cancelled(InputError):
    """The asker stopped the question before it was answered."""


class TooMany(InputError):
    """The asker has used up what one person may ask; `seconds` says when to ask again."""

    def __init__(self, message: str, *, seconds: int = 5) -> None:
        self.seconds = seconds
        super().__init__(message)


class OperatorError(CopilotError):
    """Something that whoever runs the product must repair; never shown as a program's own output."""


class SettingsError(OperatorError):
    """A setting has a value that cannot be used."""


class SandboxUnavailable(OperatorError):
    """Generated code cannot be confined on this system, so it is not run."""


class ModelUnavailable(OperatorError):
    """The model that writes the code cannot be reached or answers nothing that can be used."""


class IndexOutdated(OperatorError):
    """A stored index was built from other texts or with another model than those in use."""


class Busy(OperatorError):
    """Every worker is taken; the text says when to try again, and so does `seconds`."""

    def __init__(self, message: str, *, seconds: int = 5) -> None:
        self.seconds = seconds
        super().__init__(message)
