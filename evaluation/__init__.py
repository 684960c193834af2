"""Evaluation: question files with gold results, the matcher, the runner, the report. Never imported at chat time."""
