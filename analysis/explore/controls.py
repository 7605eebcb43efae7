"""Controls of notebook 04: choose, and sentence, chart, table and code follow at once."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import ipywidgets as w
import pandas as pd

from analysis import notebook_view as nb
from analysis.charts.style import MissingGlyphError
from analysis.explore.choice import COUNTINGS, MEASURES, VIEWS, Choice
from analysis.explore.export import export_choice
from analysis.explore.picture import picture
from analysis.explore.sections import table_of
from analysis.explore.tables import chosen_table, code_of
from analysis.explore.titles import subtitle_of, title_of
from analysis.explore.words import how, sentence
from analysis.figures import Figures
from analysis.participation import prepared, select
from analysis.participation.dimensions import dimension, window_of
from analysis.plan import UNCLASSIFIED, UNSTATED_SERVICE

WIDE = w.Layout(width="18rem")
OWN_DAYS = "自定日期"
MANY = ("streets", "scenarios", "services", "venue_types")


def explorer(month: Figures, folder: str = "reports") -> w.Widget:
    """The controls and what follows them.

    Parameters
    ----------
    month : figures of a month.
    folder : where 导出当前选择 writes; a relative path is taken from the project's folder.
    """
    lean = replace(month, records=prepared(month.records, month.plan, month.as_of))
    target = Path(folder) if Path(folder).is_absolute() else nb.ROOT / folder
    controls = _Controls.of(lean)
    out = {name: w.HTML() for name in ("sentence", "chart", "table", "how", "code", "done")}

    def update(*_: object) -> None:
        choice = controls.choice()
        table = chosen_table(lean, choice)
        out["sentence"].value = f'<p role="status" class="sentence">{html.escape(sentence(lean, choice))}</p>'
        out["chart"].value = _chart(lean, choice, table)
        out["table"].value = table_of(table, choice) if len(table) else ""
        out["how"].value = "".join(f'<p class="how">{html.escape(line)}</p>' for line in how(lean, choice))
        out["code"].value = nb.code(code_of(lean, choice))
        out["done"].value = ""

    def export(_: object) -> None:
        try:
            written = export_choice(lean, controls.choice(), target)
            text = "已写入 " + "、".join(str(p.relative_to(nb.ROOT) if p.is_relative_to(nb.ROOT) else p.name) for p in written)
        except OSError as error:
            text = f"没有写成：{Path(str(error.filename or target)).name} 写不进去。如在 Excel 里打开着，请关上再导出。"
        out["done"].value = f'<p role="status">{html.escape(text)}</p>'

    reset = w.Button(description="恢复全部", tooltip="所有选项回到开始的样子")
    save = w.Button(description="导出当前选择", button_style="primary", tooltip="写出 .xlsx 和图的 PDF")
    reset.on_click(lambda _: controls.set(Choice()))
    save.on_click(export)
    controls.changed = update
    update()
    buttons = w.HBox([reset, save, out["done"]])
    return w.VBox([*controls.rows, buttons, *(out[n] for n in ("sentence", "chart", "how", "table", "code"))])


@dataclass
class _Controls:
    """The widgets; `changed` is called once for every change of the choice."""

    single: dict[str, Any]
    many: dict[str, dict[str, w.Checkbox]]
    period: w.Dropdown
    rows: list[w.Widget]
    changed: Callable[[], None] = lambda: None
    held: bool = False

    @classmethod
    def of(cls, month: Figures) -> _Controls:
        plan = month.plan
        single = {
            "view": _dropdown("看什么", [(v.title, k) for k, v in VIEWS.items()]),
            "measure": _dropdown("数值", [(t, k) for k, t in MEASURES.items()]),
            "counting": _dropdown("计数", [(t, k) for k, t in COUNTINGS.items()]),
            "start": w.DatePicker(description="从", layout=WIDE),
            "end": w.DatePicker(description="到", layout=WIDE),
            "hide_small": w.Checkbox(description="隐去少于5场的格（对外用）", indent=False, layout=WIDE),
        }
        names = {
            "streets": plan.street_names, "scenarios": [*plan.scenario_names, UNCLASSIFIED],
            "services": [*plan.service_names, UNSTATED_SERVICE], "venue_types": _venue_types(month),
        }
        many = {k: {n: w.Checkbox(description=n, indent=False, layout=w.Layout(width="auto")) for n in v}
                for k, v in names.items()}
        period = _dropdown("时间", _periods(month))
        titles = {"streets": "街镇", "scenarios": "场景", "services": "类型", "venue_types": "服务点类型"}
        rows = [
            w.HBox([single[n] for n in ("view", "measure", "counting")]),
            *(_row(titles[k], many[k].values()) for k in MANY),
            w.HBox([period, single["start"], single["end"]]),
            single["hide_small"],
        ]
        for row in rows:
            row.add_class("explore-row")
        controls = cls(single, many, period, rows)
        period.observe(controls._period_chosen, names="value")
        for control in (*single.values(), *(box for boxes in many.values() for box in boxes.values())):
            control.observe(controls._one_changed, names="value")
        return controls

    def choice(self) -> Choice:
        chosen: dict[str, Any] = {k: c.value for k, c in self.single.items()}
        return Choice(**chosen | {k: tuple(n for n, box in boxes.items() if box.value) for k, boxes in self.many.items()})

    def set(self, choice: Choice) -> None:
        """Put the widgets to a choice; what follows is drawn once."""
        with self._together():
            self.period.value = (choice.start, choice.end)
            for name, control in self.single.items():
                control.value = getattr(choice, name)
            for name, boxes in self.many.items():
                for text, box in boxes.items():
                    box.value = text in getattr(choice, name)

    def _period_chosen(self, change: Any) -> None:
        if change["new"] != OWN_DAYS:
            with self._together():
                self.single["start"].value, self.single["end"].value = change["new"]

    def _one_changed(self, change: Any) -> None:
        days = (self.single["start"].value, self.single["end"].value)
        if change["owner"] in (self.single["start"], self.single["end"]) and self.period.value != days and not self.held:
            known = [value for _, value in self.period.options]
            with self._together():
                self.period.value = days if days in known else OWN_DAYS
        elif not self.held:
            self.changed()

    @contextmanager
    def _together(self) -> Iterator[None]:
        outer, self.held = self.held, True
        yield
        self.held = outer
        if not outer:
            self.changed()


def _dropdown(text: str, options: Sequence[tuple[str, Any]]) -> w.Dropdown:
    return w.Dropdown(options=options, value=options[0][1], description=text, layout=WIDE)


def _row(title: str, boxes: Any) -> w.Widget:
    label = w.HTML(f'<span class="explore-label">{title}<br><small>不选即全部</small></span>')
    row = w.Box([label, *boxes], layout=w.Layout(flex_flow="row wrap", align_items="center"))
    row.add_class("explore-choices")
    return row


def _venue_types(month: Figures) -> list[str]:
    """The plan's types and the others that occur."""
    rows = select(month.records, month.plan, as_of=month.as_of)
    return [str(x) for x in dimension(rows, "venue_type", month.plan, window_of(month.plan, month.as_of, {}), {}).labels]


def _periods(month: Figures) -> list[tuple[str, Any]]:
    """The whole time, phases, quarters and months that have begun, and days of one's own."""
    plan, last = month.plan, month.as_of
    quarters = [(f"{q.year}年第{'一二三四'[q.quarter - 1]}季度", (q.start_time.date(), q.end_time.date()))
                for q in pd.period_range(plan.first_day, last, freq="Q")]
    months = [(f"{m.year}年{m.month}月", (m.start_time.date(), m.end_time.date()))
              for m in pd.period_range(plan.first_day, last, freq="M")]
    phases = [(f"{p.name}阶段（{p.start.month}—{p.end.month}月）", (p.start, p.end)) for p in plan.phases if p.start <= last]
    return [("全部", (None, None)), *phases, *quarters, *months, ("自定（填右边的日期）", OWN_DAYS)]


def _chart(month: Figures, choice: Choice, table: pd.DataFrame) -> str:
    try:
        drawn = picture(month, choice, table)
    except MissingGlyphError as error:
        return f"<p>{html.escape(str(error))}</p>"
    if drawn is None:
        return str(nb.answer(title_of(month, choice, table), subtitle_of(month, choice)).data)
    return str(nb.image(drawn.png(), drawn.alt).data)
