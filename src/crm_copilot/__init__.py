"""CRM Copilot answers a sales team's questions from the company's own data, and says when it is not sure."""

__version__ = "0.1.0"
