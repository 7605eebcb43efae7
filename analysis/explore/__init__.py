"""The scenario explorer of notebook 04: one choice, its table, its words, its chart, its code, and the controls."""

from analysis.explore.choice import COUNTINGS, MEASURES, VIEWS, Choice
from analysis.explore.controls import explorer
from analysis.explore.export import export_choice
from analysis.explore.sections import view
from analysis.explore.tables import chosen_table, code_of

__all__ = ["COUNTINGS", "MEASURES", "VIEWS", "Choice", "chosen_table", "code_of", "explorer", "export_choice", "view"]
