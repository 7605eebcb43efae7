"""Participation by scenario, street, time and venue: frame in, frame out (docs/method.md, "参与情况")."""

from analysis.participation.counting import matrix, participation, scenarios
from analysis.participation.crosswalk import Crosswalk, CrosswalkError, crosswalked, load_crosswalk
from analysis.participation.dimensions import DIMENSIONS, Filters, select
from analysis.participation.prepared import prepared
from analysis.participation.suppression import suppress, suppress_pairs, suppress_within
from analysis.participation.views import co_occurrence, not_offered, service_mix, venue_use, venues_by_street

__all__ = [
    "DIMENSIONS", "Crosswalk", "CrosswalkError", "Filters", "co_occurrence", "crosswalked", "load_crosswalk", "matrix",
    "not_offered", "participation", "prepared", "scenarios", "select", "service_mix", "suppress",
    "suppress_pairs", "suppress_within", "venue_use", "venues_by_street",
]
