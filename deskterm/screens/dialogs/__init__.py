"""Modal questions: they return a value and know no desk."""
