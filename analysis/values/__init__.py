"""What one cell means: one function per field, raw cell in, (clean value, rule of repair) out. Rules: docs/method.md#values."""

from analysis.values.cell import Parsed, is_error, plain_text, shown
from analysis.values.counts import parse_person_times
from analysis.values.dates import Serial1904, date_parser, serial_1904
from analysis.values.moments import find_moments, parse_clock, parse_moment, plain_moments
from analysis.values.street import street_parser, streets_inside
from analysis.values.words import is_plain_id, parse_record_id, scenario_parser, service_parser, status_parser

__all__ = [
    "Parsed",
    "Serial1904",
    "date_parser",
    "find_moments",
    "is_error",
    "is_plain_id",
    "parse_clock",
    "parse_moment",
    "parse_person_times",
    "parse_record_id",
    "plain_moments",
    "plain_text",
    "scenario_parser",
    "serial_1904",
    "service_parser",
    "shown",
    "status_parser",
    "street_parser",
    "streets_inside",
]
