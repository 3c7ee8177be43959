"""The output driver: keeps a shadow of the terminal's screen and sends only what changed.

`mirror.py` joins the pure parts: `tokens` (what Textual writes), `canvas` and `rows` (the screen that is wanted),
`scrolling` and `difference` (what to send), `pencil` (the terminal as it stands). `driver.py` and `outlet.py`
join it to Textual and to the terminal.
"""
