"""The desk without a screen: nothing below this line knows Textual or Rich."""
