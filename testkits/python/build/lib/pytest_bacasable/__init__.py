"""bacasable in a Python test: a server, its partners, and orders to its console."""

from .partner import Partner
from .sandbox import ConsoleError, Sandbox, SandboxDied

__all__ = ["ConsoleError", "Partner", "Sandbox", "SandboxDied"]
