"""Checks data against SHACL shapes and reports what is wrong, by cell."""

from pilotline.validation.page import to_html
from pilotline.validation.policy import Change, apply_policy
from pilotline.validation.render import as_data, to_json, to_text, to_turtle
from pilotline.validation.report import Group, Report
from pilotline.validation.report_graph import report_quads
from pilotline.validation.results import Result
from pilotline.validation.shapes import Shapes, ShapesError, load_shapes
from pilotline.validation.validate import (
    ENGINES,
    Prepared,
    check_file,
    check_graph,
    check_store,
    prepare,
    report_on,
    results_of,
    validate,
)

__all__ = [
    "ENGINES",
    "Change",
    "Group",
    "Prepared",
    "Report",
    "Result",
    "Shapes",
    "ShapesError",
    "apply_policy",
    "as_data",
    "check_file",
    "check_graph",
    "check_store",
    "load_shapes",
    "prepare",
    "report_on",
    "report_quads",
    "results_of",
    "to_html",
    "to_json",
    "to_text",
    "to_turtle",
    "validate",
]
