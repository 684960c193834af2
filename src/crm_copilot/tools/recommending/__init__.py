"""What to offer to whom, from the scores that training wrote, with reasons in facts of the data.

    table       the table of scores: which one belongs to the data      people   who and what an id stands for
    ledger      who bought what, in memory                              reasons  why, counted in the data
    offers      products for a customer, the next best offer            accounts what to offer to an account
    audience    customers for a product or a category                   alike    similar products, bought together
    telling     the same told in words, for the chat                    wording  those words, English and Portuguese

Nothing is made up: who has no score is offered what sells where they live, and the reason says so.
"""

from crm_copilot.tools.recommending.alike import bought_together_tool, similar_products_tool
from crm_copilot.tools.recommending.audience import recommend_customers_tool
from crm_copilot.tools.recommending.ledger import Ledger
from crm_copilot.tools.recommending.offers import next_best_offer_tool, recommend_products_tool
from crm_copilot.tools.recommending.people import Shop
from crm_copilot.tools.recommending.table import ScoreTable, data_version
from crm_copilot.tools.recommending.telling import tell_offers_tool

__all__ = ["Ledger", "ScoreTable", "Shop", "data_version", "tool_functions"]


def tool_functions(shop: Shop) -> list:  # type: ignore[type-arg]
    """Return every tool of this room, ready to be declared."""
    makers = (recommend_products_tool, recommend_customers_tool, similar_products_tool, bought_together_tool,
              next_best_offer_tool)  # fmt: skip
    made = [make(shop) for make in makers]
    return [*made, tell_offers_tool(shop, {tool.__name__: tool for tool in made})]
