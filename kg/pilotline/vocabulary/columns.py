"""Says what each column of the tables becomes in Turtle."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from pilotline.namespaces import (
    DCTERMS,
    ELUCIDATION,
    HAS_INPUT,
    HAS_OUTPUT,
    IS_OUTPUT_OF,
    OWL,
    PL,
    RDF,
    RDFS,
    SKOS,
)


class Kind(StrEnum):
    """How the values of a column are written."""

    TERM = "term"
    ENGLISH = "en"
    GERMAN = "de"
    TEXT = "string"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    IRI = "iri"
    TECHNIQUE = "technique"
    SOURCE = "source"
    BRIDGE = "bridge"
    UNUSED = "unused"


@dataclass(frozen=True)
class Column:
    """What a column becomes.

    property: IRI; empty where the cell gives no triple of its own, as for the kinds SOURCE and UNUSED.
    several: the cell holds values parted by `|`; text with a `|` in it is one value otherwise.
    restriction: a property of which each instance has some value of one of the classes in the cell.
    demand: a property of which each instance has some value of every class in the cell.
    prefix: what to put before a value to make it an IRI, where it is no prefixed name.
    """

    kind: Kind
    property: str = ""
    several: bool = True
    restriction: str = ""
    demand: str = ""
    prefix: str = ""


def _terms(name: str, restriction: str = "") -> Column:
    return Column(Kind.TERM, PL + name, restriction=restriction)


def _techniques(name: str) -> Column:
    return Column(Kind.TECHNIQUE, PL + name)


def _one_text(name: str) -> Column:
    return Column(Kind.TEXT, PL + name, several=False)


def _number(kind: Kind, name: str) -> Column:
    return Column(kind, PL + name)


def _prose(name: str) -> Column:
    return Column(Kind.ENGLISH, PL + name, several=False)


def _text(name: str) -> Column:
    return Column(Kind.TEXT, PL + name)


UNUSED = Column(Kind.UNUSED)
REFERENCES = Column(Kind.TERM, DCTERMS + "references", prefix=PL + "Reference-")
NOTE = Column(Kind.ENGLISH, SKOS + "note", several=False)

TERM_COLUMNS = {
    "term": UNUSED,
    "seed": Column(Kind.TEXT, PL + "seed"),
    "alt_en": Column(Kind.ENGLISH, SKOS + "altLabel"),
    "alt_de": Column(Kind.GERMAN, SKOS + "altLabel"),
    "parent": Column(Kind.TERM, RDFS + "subClassOf"),
    "equivalent": Column(Kind.TERM, OWL + "equivalentClass"),
    "disjoint": Column(Kind.TERM, OWL + "disjointWith"),
    "bvco_exact": Column(Kind.BRIDGE, SKOS + "exactMatch"),
    "bvco_close": Column(Kind.BRIDGE, SKOS + "closeMatch"),
    "bvco_broad": Column(Kind.BRIDGE, SKOS + "broadMatch"),
    "definition": Column(Kind.ENGLISH, ELUCIDATION, several=False),
    "scope_note": Column(Kind.ENGLISH, SKOS + "scopeNote", several=False),
    "source": Column(Kind.SOURCE),
}

TABLE_COLUMNS: Mapping[str, Mapping[str, Column]] = {
    "steps": {
        "slug": _text("slug"),
        "level": _text("stepLevel"),
        "part_of": _terms("partOfStep"),
        "order": Column(Kind.DECIMAL, PL + "stepOrder"),
        "next": _terms("nextStep"),
        "inputs": _terms("takesProduct", HAS_INPUT),
        "needs": Column(Kind.TERM, demand=HAS_INPUT),
        "outputs": _terms("makesProduct", HAS_OUTPUT),
        "also_type": UNUSED,
    },
    "lots": {
        "family": _text("productFamily"),
        "kind": _text("lotKind"),
        "also_type": UNUSED,
        "made_by": Column(Kind.TERM, demand=IS_OUTPUT_OF),
    },
    "parameters": {
        "form": _text("valueForm"),
        "dimension": _text("dimensionName"),
        "unit": _text("usualUnit"),
        "unit_alternatives": _text("alternativeUnit"),
        "convention": _prose("conventionAsked"),
        "gpo": Column(Kind.BRIDGE, SKOS + "closeMatch"),
    },
    "techniques": {
        "close_match": Column(Kind.TERM, SKOS + "closeMatch"),
        "see_also": Column(Kind.TERM, RDFS + "seeAlso"),
        "acronym": Column(Kind.ENGLISH, SKOS + "altLabel"),
        "kind": UNUSED,
        "destructive": _text("sampleHandling"),
        "destructive_basis": UNUSED,
        "online": _text("acquisitionStated"),
        "online_stated": UNUSED,
        "parameters_printed": UNUSED,
        "parameters_corrected": UNUSED,
        "parameters_text": UNUSED,
        "parameters": _terms("determines"),
        "use": _prose("usedFor"),
        "limitations": _prose("limitation"),
        "references": REFERENCES,
    },
    "models": {
        "level": UNUSED,
        "nature": UNUSED,
        "category": UNUSED,
        "category_basis": UNUSED,
        "methods": _terms("usesMethod"),
        "steps": _terms("modelsStep"),
        "inputs": _terms("modelInput"),
        "inputs_explicit": _terms("explicitInput"),
        "inputs_implicit": _terms("implicitInput"),
        "inputs_disregarded": _terms("disregardedInput"),
        "outputs": _terms("modelOutput"),
        "input_text": _prose("inputInWords"),
        "output_text": _prose("outputInWords"),
        "inputs_seed": UNUSED,
        "outputs_seed": UNUSED,
        "software": _terms("usesSoftware"),
        "projects": _terms("developedIn"),
        "replaces": _terms("surrogateOf"),
        "trained_on": _prose("trainedOn"),
        "validation": _prose("validatedBy"),
        "limitations": _prose("limitation"),
        "references": REFERENCES,
    },
    "software": {
        "see_also": Column(Kind.TERM, RDFS + "seeAlso"),
        "nature": UNUSED,
        "licence": _prose("licenceStated"),
        "interface": _prose("programmingInterface"),
        "methods": _terms("usesMethod"),
        "applications": _prose("usedFor"),
        "steps": _terms("modelsStep"),
        "studies": UNUSED,
        "references": REFERENCES,
        "table_row": UNUSED,
    },
    "projects": {
        "nature": UNUSED,
        "kind": UNUSED,
        "funder": _prose("funder"),
        "grant_number": _text("grantNumber"),
        "start_year": _text("startYear"),
        "steps": _terms("modelsStep"),
        "method_text": _prose("usedFor"),
        "part_of": _terms("partOfProgramme"),
        "references": REFERENCES,
        "url": Column(Kind.IRI, RDFS + "seeAlso"),
    },
    "data_sources": {
        "nature": UNUSED,
        "descriptions": _terms("describedBy"),
        "access_points": _terms("accessPoint"),
        "interfaces": _terms("acquisitionInterface"),
        "formats": _terms("dataFormat"),
        "protocols": _terms("protocol"),
        "parameters": _terms("yieldsParameter"),
        "parameters_seed": UNUSED,
        "parameter_text": UNUSED,
        "references": REFERENCES,
    },
    "individuals": {
        "class": Column(Kind.TERM, RDF + "type"),
        "category_of": _terms("categoryOf"),
        "answers": Column(Kind.ENGLISH, PL + "answersConvention"),
        "implied_by": UNUSED,
    },
    "specifications": {
        "parameter": _terms("ofParameter"),
        "step": _terms("inStep"),
        "sub_step": _terms("inSubStep"),
        "table": _number(Kind.INTEGER, "tableNumber"),
        "row": _number(Kind.INTEGER, "rowNumber"),
        "printed_label": _one_text("printedLabel"),
        "role_printed": _terms("printedRole"),
        "role": _terms("role"),
        "role_reason": _one_text("roleReason"),
        "role_confidence": _terms("roleConfidence"),
        "bearer": _one_text("bearer"),
        "bearer_class": _terms("bearerClass"),
        "techniques_printed": _techniques("printedTechnique"),
        "techniques": _techniques("assignedTechnique"),
        "techniques_in_text": _techniques("textTechnique"),
        "technique_reason": _one_text("techniqueReason"),
        "technique_confidence": _terms("techniqueConfidence"),
        "accuracy_printed": _one_text("accuracyPrinted"),
        "accuracy_corrected": _one_text("accuracyCorrected"),
        "accuracy_kind": _terms("accuracyKind"),
        "accuracy_value": _number(Kind.DECIMAL, "accuracyValue"),
        "accuracy_min": _number(Kind.DECIMAL, "accuracyMinimum"),
        "accuracy_max": _number(Kind.DECIMAL, "accuracyMaximum"),
        "accuracy_unit": _one_text("accuracyUnit"),
        "online_printed": _one_text("acquisitionPrinted"),
        "online": UNUSED,
        "acquisition": _terms("acquisition"),
        "same_as": _terms("sameParameterAs"),
        "note": NOTE,
    },
    "assessments": {
        "specification": _terms("assesses"),
        "dimension": _terms("assessmentDimension"),
        "model_type": _terms("modelCategory"),
        "level": _terms("level"),
        "basis": _terms("basis"),
        "confidence": _terms("confidence"),
        "assessed_by": _one_text("assessedBy"),
        "assessed_on": _number(Kind.DATE, "assessedOn"),
        "statement": Column(Kind.TERM, PL + "restsOn", prefix=PL + "Statement-"),
        "conflict": _one_text("conflict"),
        "note": NOTE,
        "source_section": Column(Kind.SOURCE),
    },
    "statement_terms": {"nature": UNUSED},
    "references": {
        "number": _number(Kind.INTEGER, "referenceNumber"),
        "printed_number": UNUSED,
        "first_author": _one_text("firstAuthor"),
        "year": _number(Kind.INTEGER, "publicationYear"),
        "doi": Column(Kind.IRI, RDFS + "seeAlso", prefix="https://doi.org/"),
        "url": Column(Kind.IRI, RDFS + "seeAlso"),
        "lost": _one_text("referenceLost"),
        "note": NOTE,
    },
    "statements": {
        "kind": UNUSED,
        "subject": _terms("statementSubject"),
        "subject_text": _one_text("subjectInWords"),
        "object": _terms("statementObject"),
        "object_text": _one_text("objectInWords"),
        "sign": _one_text("sign"),
        "value_min": _number(Kind.DECIMAL, "statedMinimum"),
        "value_max": _number(Kind.DECIMAL, "statedMaximum"),
        "unit": _one_text("statedUnit"),
        "unit_symbol": UNUSED,
        "range_kind": _terms("rangeKind"),
        "scope": _one_text("statementScope"),
        "step": _terms("aboutStep"),
        "model_type": _terms("aboutModelType"),
        "how": _terms("inputManner"),
        "property": _terms("statedAspect"),
        "value_text": _one_text("valueInWords"),
        "gap_kind": _terms("gapKind"),
        "rating": _text("statedRating"),
        "references": REFERENCES,
        "fact": _one_text("fact"),
        "typed": UNUSED,
        "subject_seed": UNUSED,
        "object_seed": UNUSED,
    },
    "properties": {"module": UNUSED, "kind": UNUSED},
}

# What every row of a table is besides what its cells say: a further type, or a class above it.
TABLE_TYPE = {
    "parameters": PL + "Parameter",
    "specifications": PL + "ParameterSpecification",
    "assessments": PL + "Assessment",
}
INDIVIDUALS = {"individuals", "specifications", "assessments", "statements", "references"}
TABLE_SOURCE = {"references": "References"}
TABLE_PARENT = {"steps": PL + "ProcessStep"}


def columns_of(table: str) -> Mapping[str, Column]:
    """Return what the columns of a table become."""
    return {**TERM_COLUMNS, **TABLE_COLUMNS.get(table, {})}
