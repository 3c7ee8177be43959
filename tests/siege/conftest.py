"""The fixtures of the screens' tests serve the siege as well."""

from tests.screens.conftest import elsewhere, opens, three

__all__ = ["elsewhere", "opens", "three"]
