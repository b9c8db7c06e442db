"""The sex, the age in months or another attribute of the patient."""

from ..meaning.nodes import Compare, Not, Present, Same, Stated
from ..meaning.parts import Part, needed
from ..meaning.relations import (
    AGE_IN_MONTHS,
    ATTRIBUTE,
    ATTRIBUTE_HOLDS,
    ATTRIBUTES,
    MONTHS_OF_AGE,
    SEX,
    SEX_ON_RECORD,
)
from ._kind import Kind, Values
from ._studied import Burden, Restriction, never


def _sentence(values: Values) -> str:
    asked = []
    if "patientSex" in values:
        asked.append(f"{values.label('patientSex')} sex")
    if "minimumAgeMonths" in values and "maximumAgeMonths" in values:
        asked.append(f"age {values.number('minimumAgeMonths')} to {values.counted('maximumAgeMonths', 'month')}")
    elif "minimumAgeMonths" in values:
        asked.append(f"age {values.counted('minimumAgeMonths', 'month')} or older")
    elif "maximumAgeMonths" in values:
        asked.append(f"age {values.counted('maximumAgeMonths', 'month')} or younger")
    if "patientAttribute" in values:
        asked.append(f"{'' if values.true('attributeHolds') else 'not '}{values.label('patientAttribute')}")
    sentence = "; ".join(asked)
    return sentence[:1].upper() + sentence[1:]


#: What the criterion asks of the attribute; the record says the one or the other, or nothing.
_AS_ASKED = Same(ATTRIBUTE_HOLDS, "attributeHolds")

KIND = Kind(
    "PatientCriterion",
    "patient",
    _sentence,
    changeable=False,
    parts=(
        Part(
            "PatientSex",
            (needed("patientSex", "pg:Sex"),),
            Stated(SEX, (Same(SEX_ON_RECORD, "patientSex"),)),
            "The case does not show the sex that is asked.",
            "The sex is another.",
        ),
        Part(
            "MinimumAgeMonths",
            (needed("minimumAgeMonths", "xsd:integer"),),
            Stated(AGE_IN_MONTHS, (Compare(MONTHS_OF_AGE, ">=", "minimumAgeMonths"),)),
            "The case does not show an age of at least {$minimumAgeMonths} months.",
            "The age is under {$minimumAgeMonths} months.",
        ),
        Part(
            "MaximumAgeMonths",
            (needed("maximumAgeMonths", "xsd:integer"),),
            Stated(AGE_IN_MONTHS, (Compare(MONTHS_OF_AGE, "<=", "maximumAgeMonths"),)),
            "The case does not show an age of at most {$maximumAgeMonths} months.",
            "The age is over {$maximumAgeMonths} months.",
        ),
        Part(
            "PatientAttribute",
            (needed("patientAttribute", "pg:PatientAttribute"), needed("attributeHolds", "xsd:boolean")),
            Present(
                ATTRIBUTES,
                (Same(ATTRIBUTE, "patientAttribute"), _AS_ASKED),
                denied_by=(Same(ATTRIBUTE, "patientAttribute"), Not(_AS_ASKED)),
            ),
            "The case does not show the attribute to be as is asked.",
            "The attribute is on record as the contrary.",
        ),
    ),
    # Bounds are for kinds that ask for nothing but a number: a sex would be lost between them.
    restriction=Restriction.SUBGROUP,
    burden=Burden.NONE,
    exceptional=never,
)
