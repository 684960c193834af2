"""The playbook page: rules as they were read, and correcting one."""

from __future__ import annotations

import json
from pathlib import Path

from crm_copilot.interfaces.app import resources

from .helpers import App, press


def shown(page: object) -> dict[str, dict[str, str]]:
    table = page.table[0].value  # type: ignore[attr-defined]
    plain = table.map(lambda cell: str(cell).replace("\\", "").replace("\u2060", ""))
    return {row["Rule"]: dict(row) for row in plain.to_dict("records")}


def test_every_rule_is_shown_with_what_was_read_and_what_was_not(own_app: App) -> None:
    rules = shown(own_app.open("playbook"))
    assert rules["Small accounts"]["When"] == "spend < 50000"
    assert rules["Small accounts"]["Offer"] == "entry bundle"
    assert rules["Small accounts"]["Do not offer"] == "yearly contract"
    assert rules["Bad reviews"]["State"].startswith("not read")


def test_a_correction_is_kept_in_a_file_and_can_be_taken_back(own_app: App, home: Path) -> None:
    page = own_app.open("playbook")
    book = resources.house().playbook
    rule = next(rule for rule in book.rules if rule.title == "Small accounts")
    page.selectbox[0].set_value(rule.id).run()
    page.text_area[0].set_value("spend < 70000")
    press(page, "Save")
    own_app.run(page)
    assert shown(page)["Small accounts"]["When"] == "spend < 70000"
    kept = json.loads((home / "playbook" / "rules.json").read_text())
    (entry,) = [entry for entry in kept if entry["title"] == "Small accounts"]
    assert entry["corrected"][0]["when"] == ["spend < 70000"]
    assert entry["read"][0]["when"] == ["spend < 50000"]
    press(page, "Take the correction back")
    own_app.run(page)
    assert shown(page)["Small accounts"]["When"] == "spend < 50000"


def test_a_condition_that_cannot_be_read_is_refused(own_app: App) -> None:
    page = own_app.open("playbook")
    page.text_area[0].set_value("whenever it rains")
    press(page, "Save")
    own_app.run(page)
    assert "cannot be read" in page.error[0].value
    assert resources.house().playbook.rules[0].status == "read"
