"""The API of the service, `crm serve`: questions, conversations, tools and a chat that OpenAI's clients can talk to.

application     the app put together               serving         `crm serve`: where it listens, how it ends
asking          who asks, by their key             problems        what went wrong, in one shape
shapes          what comes in and goes out         guarding        headers and hosts
questions       a question and its answer          steps           the same as a stream of events
feedback        what people think of an answer     conversations   the list: read, rename, delete
tools           the tools, each by its name        watching        health, readiness, numbers
chat            OpenAI's chat completions          markdown        an answer as a chat shows it
"""
