"""Who asks, and what they may see: dataclasses and pure functions, nothing that is stored or shown.

scope    the limits of what somebody may see
roles    the one table of what each role may see
person   somebody who asks
"""

from crm_copilot.people.person import OWNER, Person
from crm_copilot.people.roles import ROLES, Role, scope_of
from crm_copilot.people.scope import WHOLE, Scope

__all__ = ["OWNER", "ROLES", "WHOLE", "Person", "Role", "Scope", "scope_of"]
