"""The desk under attack: hostile text, random keys, many sessions at once, and circumstances nobody wishes for."""
