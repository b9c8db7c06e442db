"""Text from the data is shown as text: nothing in it becomes an element, a link or a style."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parts.markup import PAGES, Html, joined, link, outside, plain, sentence, show, tag, within

from payergraph.browse.published import Address, address
from payergraph.locate import folder


class _Seen(HTMLParser):
    """What a parser finds: elements, their attributes, and the text between them."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


@given(st.text(), st.text())
def test_any_text_stays_text(content: str, attribute: str) -> None:
    seen = _Seen(tag("td", content, aria_label=attribute))
    assert seen.elements == ["td"]
    assert [name for name, _ in seen.attributes] == ["aria-label"]
    assert seen.text.replace("\r", "\n") == content.replace("\r", "\n")


def test_markup_inside_markup_stays_markup() -> None:
    assert tag("p", tag("span", "a < b"), " & c", class_="x") == '<p class="x"><span>a &lt; b</span> &amp; c</p>'


def test_what_is_done_to_markup_makes_it_text_again() -> None:
    for changed in (tag("p", "x") + "", tag("p", "x").upper(), "".join([tag("p", "x")]), f"{tag('p', 'x')}"):
        assert not isinstance(changed, Html)
        assert _Seen(joined([changed])).elements == []


@pytest.mark.parametrize("name", ["script", "style", "iframe", "img", "a", "svg", "form", "object", "input"])
def test_elements_that_lead_or_run_cannot_be_made(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        tag(name, "x")


@pytest.mark.parametrize("name", ["onclick", "style", "href", "src", "srcdoc", "formaction"])
def test_attributes_that_lead_or_run_cannot_be_made(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        tag("p", "x", **{name: "y"})


@given(st.dictionaries(st.text(min_size=1), st.text(min_size=1)), st.text(), st.sampled_from(sorted(PAGES)))
def test_a_link_leads_to_a_page_of_the_explorer_whatever_its_parameters_hold(
    parameters: dict[str, str], content: str, page: str
) -> None:
    seen = _Seen(link(page, parameters, content, aria_label=content))
    assert seen.elements == ["a"]
    assert [name for name, _ in seen.attributes] == ["href", "aria-label"]
    href = seen.attributes[0][1] or ""
    at = urlsplit(urljoin("http://here/check", href))
    assert (at.scheme, at.netloc, at.fragment) == ("http", "here", "")
    assert at.path == f"/{'' if page == 'home' else page}"
    assert dict(parse_qsl(at.query, keep_blank_values=True, errors="surrogatepass")) == parameters


@pytest.mark.parametrize("page", ["", "javascript:alert(1)", "//elsewhere", "https://elsewhere", "../x"])
def test_a_link_leads_nowhere_else(page: str) -> None:
    with pytest.raises(ValueError, match="no page"):
        link(page, {}, "x")


@given(st.text())
def test_a_link_outside_leads_to_an_address_of_the_web_alone(content: str) -> None:
    found = address("https://payer.example/a?b=1&c=")
    assert found
    seen = _Seen(outside(found, content))
    assert seen.elements[0] == "a" and set(seen.elements[1:]) == {"span"}
    assert dict(seen.attributes[:3]) == {
        "href": "https://payer.example/a?b=1&c=",
        "target": "_blank",
        "rel": "noopener noreferrer",
    }
    assert "(opens payer.example, outside the explorer, in a new tab)" in seen.text


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", 'https://x.example/" onclick="x', "//x.example", "data:text/html,x"]
)
def test_a_link_outside_leads_nowhere_else(url: str) -> None:
    with pytest.raises(ValueError, match="no address"):
        outside(Address(url, "x.example"), "x")


@pytest.mark.parametrize("anchor", ["", "a b", '"x', "javascript:alert(1)", "a/b", "a\n"])
def test_a_link_within_a_page_leads_to_a_part_of_it_alone(anchor: str) -> None:
    assert within("uses", "<b>") == '<a href="#uses">&lt;b&gt;</a>'
    with pytest.raises(ValueError, match="no part"):
        within(anchor, "x")


def test_only_markup_is_shown_as_markup() -> None:
    with pytest.raises(TypeError):
        show("<p>plain text</p>")  # type: ignore[arg-type]


@given(st.text(alphabet=st.characters(codec="ascii", exclude_categories=["Cc"])))
def test_every_sign_of_a_label_is_escaped_for_markdown(text: str) -> None:
    label = plain(text)
    assert re.fullmatch(r"(\\[^\w\s]|[\w \u2060]|\\_)*", label)
    assert label.replace("\u2060", "").replace("\\\\", "\0").replace("\\", "").replace("\0", "\\") == " ".join(
        text.split()
    )


def test_a_sentence_begins_with_a_capital_and_keeps_the_rest() -> None:
    assert [sentence(text) for text in ("prior CRP", "C", "")] == ["Prior CRP", "C", ""]


def _sources() -> list[Path]:
    return sorted(folder("explorer").rglob("*.py"))


def test_html_is_made_and_shown_in_one_module() -> None:
    for path in _sources():
        text = path.read_text(encoding="utf-8")
        assert "unsafe_allow" not in text, path
        assert "components.v1" not in text, path
        if path.name != "markup.py":
            assert not re.search(r"\bHtml\([^)]", text), path
            assert not re.search(r"st\.html\((?!_HERE)", text), path


def test_pages_hold_no_sparql() -> None:
    for path in _sources():
        assert not re.search(r"\.rows\(|\.query\(|\b(SELECT|CONSTRUCT|WHERE)\b", path.read_text(encoding="utf-8")), path
