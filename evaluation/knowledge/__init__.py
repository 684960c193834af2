"""How good the answers from texts are, by ragas: `crm evaluate knowledge`."""
