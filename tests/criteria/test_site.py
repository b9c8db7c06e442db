"""Where the drug is given: one stated place decides both ways."""

from __future__ import annotations

import pytest
from evaluator import MET, NOT_DOCUMENTED, NOT_MET
from judges import says, sentence


@pytest.mark.parametrize(
    ("site", "sites", "value"),
    [
        ("home", "outside-hospitals", MET),
        ("home infusion", "outside-hospitals", MET),
        ("doctor's office", "outside-hospitals", MET),
        ("outpatient-hospital", "outside-hospitals", NOT_MET),
        ("hospital", "outside-hospitals", NOT_MET),
        (None, "outside-hospitals", NOT_DOCUMENTED),
        ("HOPD", "outpatient-hospital", MET),
        ("hospital", "outpatient-hospital", NOT_DOCUMENTED),  # which part of it is open
        ("inpatient-hospital", "outpatient-hospital", NOT_MET),
    ],
)
def test_the_stated_site_is_one_of_the_set(site: str | None, sites: str, value: str) -> None:
    assert says("SiteCriterion", {"site": site}, sites=sites) == value


def test_a_sentence_tells_the_sites() -> None:
    assert sentence("SiteCriterion", {"sites": "it"}, ["home", "infusion center"]) == (
        "Given at: home or infusion center"
    )
