"""Front ends: each calls `Copilot` and nothing below it."""
