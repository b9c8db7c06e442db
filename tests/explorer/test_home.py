"""The first page, without a browser."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from streamlit.testing.v1 import AppTest

Open = Callable[..., AppTest]


def shown(page: AppTest) -> str:
    return html.unescape("".join(element.value for element in page.get("html")))


def test_the_first_page_offers_the_three_jobs(app: Open) -> None:
    [jobs] = re.findall('<ul class="pg-jobs">(.*?)</ul>', shown(app("home")))
    assert re.findall('href="(.*?)"', jobs) == ["compare", "check", "denied"]


def test_every_drug_leads_to_its_comparison_and_its_map(app: Open) -> None:
    [drugs] = re.findall('<ul class="pg-drugs">(.*?)</ul>', shown(app("home")))
    assert "canakinumab (Ilaris)" in drugs
    assert "compare?drug=canakinumab" in drugs and "map?drug=canakinumab&sources=all" in drugs


def test_a_page_that_is_not_there_is_named_as_text(app: Open) -> None:
    page = app("home", missing="<b>[no](javascript:x)")
    assert "There is no page" in page.warning[0].value
    assert "\\[no\\]" in page.warning[0].value
