"""Answers where things came from and where they went: lineage, metres on the web, recall, balance, causes."""

from pilotline.trace.balance import CountBalance, MassBalance, count_balance, mass_balance
from pilotline.trace.causes import LEAST, Cause, Comparison, common_causes
from pilotline.trace.cells import Origins, parse_place, read_from
from pilotline.trace.chosen import bound_in_si, cells_beyond, cells_called, cells_disposed, cells_with
from pilotline.trace.graph import Graph
from pilotline.trace.lineage import Link, Stage, Trace, ahead, behind
from pilotline.trace.recall import Recall, Recalled, last_on_each_lot, recall, recall_stretch
from pilotline.trace.values import Value, values_borne, values_of
from pilotline.trace.web import Stretch, backward, first_run, forward, stretch_of

__all__ = [
    "LEAST",
    "Cause",
    "Comparison",
    "CountBalance",
    "Graph",
    "Link",
    "MassBalance",
    "Origins",
    "Recall",
    "Recalled",
    "Stage",
    "Stretch",
    "Trace",
    "Value",
    "ahead",
    "backward",
    "behind",
    "bound_in_si",
    "cells_beyond",
    "cells_called",
    "cells_disposed",
    "cells_with",
    "common_causes",
    "count_balance",
    "first_run",
    "forward",
    "last_on_each_lot",
    "mass_balance",
    "parse_place",
    "read_from",
    "recall",
    "recall_stretch",
    "stretch_of",
    "values_borne",
    "values_of",
]
