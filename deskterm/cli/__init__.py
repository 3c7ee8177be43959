"""The command line: one command group a file: parse, ask the desk, print."""
