"""What `crm serve` logs as JSON at its most talkative, while names come in at every door."""

from __future__ import annotations

import json
import re

from .serving import Served

NAMES = ("Zenith Imports", "Maria Oliveira", "maria@example.com", "98765-4321")


def test_the_log_of_the_server_names_nobody(served: Served) -> None:
    for name in NAMES:
        asked = served.ask("POST", "/question", json={"question": f"What did {name} buy in 2018?"})
        assert asked.status_code == 200
        assert name in asked.json()["question"]
        assert served.ask("POST", "/question", json={"question": 7, name: name}).status_code == 422
        assert served.ask("GET", f"/conversations/{name}", params={"q": name}).status_code in (404, 422)
        assert served.ask("POST", f"/tools/{name}", json={"client": name}).status_code in (403, 404, 422)
        body = {"conversation_id": asked.json()["conversation_id"], "feedback": -1, "comment": f"{name} called"}
        assert served.ask("POST", "/feedback", json=body).status_code == 200
    lines = served.lines
    answered = [line for line in lines if line["event"] == "a message was answered"]
    assert len(answered) >= len(NAMES)
    assert {"turn", "outcome", "role", "seconds"} <= set(answered[-1])
    text = json.dumps(lines, ensure_ascii=False).casefold()
    secret = {part.casefold() for name in NAMES for part in (name, *name.split())}
    assert not [word for word in secret if word in text]
    assert not re.search(r"\bana\b", text), "nor who asks"
