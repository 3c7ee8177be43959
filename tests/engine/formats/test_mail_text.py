"""HTML mail as readable plain text, and bytes as text."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskterm.engine.formats.mail_text import codec_name, decode_text, html_to_text

TAGS = """
<p> </p> <br> <ul> <ol> <li> </ul> <blockquote> </blockquote> <a/href='http://x.example'> </a> <pre> </pre> <td> <tr>
<!-- --> <style> <a < " ' > &nbsp; &lt; word <img/alt=x <![CDATA[ <?xml </ <hr> é
"""
SOUP = st.lists(st.sampled_from([" ", "\n", *TAGS.split()]), max_size=60).map("".join)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("<div>One</div><div>Two</div>", "One\nTwo"),
        ("One<br>Two<br><br>Three", "One\nTwo\n\nThree"),
        ("a \n\t b&nbsp;c", "a b c"),
        ("<p class=MsoNormal>One</p><p class=MsoNormal>&nbsp;</p><p class=MsoNormal>Two</p>", "One\n\nTwo"),
        ("<ul><li>one<li>two<ol><li>deep</ol></ul>", "- one\n- two\n  1. deep"),
        ("<ol><li>a</li><li>b</li></ol>", "1. a\n2. b"),
        ("<blockquote>old<blockquote>older</blockquote></blockquote>new", "> old\n> > older\nnew"),
        ('<a href="https://x.example/a?b=1&amp;c=2">here</a>', "here <https://x.example/a?b=1&c=2>"),
        ('<a href="http://www.x.example/">www.x.example</a>', "www.x.example"),
        ('<a href="mailto:a@b.example">a@b.example</a>', "a@b.example"),
        ('<a href="javascript:alert(1)">click</a>', "click"),
        ('<a href="https://x.example"><img src=y></a>', "<https://x.example>"),
        ('<img src="cid:1" alt="The logo">', "[The logo]"),
        ("<table><tr><td>Name<td>Max</tr><tr><td>Room<td>7</table>", "Name  Max\nRoom  7"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("<style>p { color: red }</style><script>if (a < b) c()</script>text", "text"),
        ("<head><title>no</title></head><body>yes", "yes"),
        ("<!-- hidden > --><![if !x]>shown<![endif]>", "shown"),
        ("1 < 2 and 3 > 2 &amp; a&lt;b", "1 < 2 and 3 > 2 & a<b"),
        ('<p title="a > b">text', "text"),
        ("<p title='unclosed>text", "text"),
        ("<textarea>never closed", "never closed"),
        ("<p class>a<a href>b</a><img alt>", "ab"),
        ("above<hr>below", "above\n" + "_" * 32 + "\nbelow"),
        ("", ""),
    ],
)
def test_html_reads_as_text(html: str, text: str) -> None:
    """Paragraphs, lists, quotes, tables and links as a person would type them; what nobody sees is gone."""
    assert html_to_text(html) == text


@given(SOUP)
def test_any_soup_of_tags_is_read(html: str) -> None:
    """Unclosed, crossed and broken tags never end in an error."""
    assert isinstance(html_to_text(html), str)


@pytest.mark.parametrize(
    "piece",
    [
        "<a ",
        '<a href="',
        "<",
        "<!",
        "<!--",
        "<blockquote>x<p>",
        "<ol><li>",
        "<table><tr><td>x",
        '<a "x>y" ',
        "<style>",
        "&#",
    ],
)
def test_html_costs_linear_time(piece: str) -> None:
    """Half a megabyte of what stops other converters for minutes is read in seconds, and does not swell."""
    html = piece * (500_000 // len(piece))
    started = time.perf_counter()
    text = html_to_text(html)
    assert time.perf_counter() - started < 8
    assert len(text) < 60 * len(html)


@given(st.binary(max_size=300), st.sampled_from(["", "utf-8", "gb2312", "iso-2022-jp", "utf-7", "big5", "x-y", "idna"]))
def test_any_bytes_are_text(content: bytes, charset: str) -> None:
    """No bytes and no label end in an error."""
    assert isinstance(decode_text(content, charset), str)


@pytest.mark.parametrize(
    "label", ["rot13", "base64", "zlib", "unicode_escape", "idna", "punycode", "../x", "", "a" * 99]
)
def test_codecs_that_are_no_charsets_are_not_used(label: str) -> None:
    """A mail cannot choose a decompressor or an escape decoder."""
    assert codec_name(label) == ""
