"""The one way in: permission, transaction, audit."""
