r"""A sandbox that holds: generated programs in throw-away processes that the kernel confines.

    from crm_copilot.sandbox import Limits, Sandbox

    with Sandbox({"orders": Path("orders.feather")}) as sandbox:
        sandbox.run("def answer(orders):\n    return len(orders)").value

What it promises, what it does not, and how each layer is tested: docs/sandbox.md.
"""

from .box import Sandbox
from .inside.order import Layers
from .limits import Limits
from .selftest import Probe
from .tools import ToolPort

__all__ = ["Layers", "Limits", "Probe", "Sandbox", "ToolPort"]
