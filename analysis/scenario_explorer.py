"""Controls for notebook 04: choose streets, scenarios and days; table, chart, sentence and code follow at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import ipywidgets as w
import pandas as pd

from analysis import notebook_view as nb
from analysis.charts.style import use_style
from analysis.figures import Figures
from analysis.selection import (
    COUNTINGS,
    DIMENSIONS,
    HOW,
    MEASURES,
    SPECIAL,
    VIEWS,
    Choice,
    chosen_table,
    code_of,
    label_of,
    number_text,
    picture,
    png_of,
    sentence,
)


def export_choice(month: Figures, choice: Choice, folder: Path) -> list[Path]:
    """Write the selection as .xlsx and its chart as PDF; names tell what was chosen."""
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"场景探索_{month.as_of:%Y%m%d}_" + re.sub(r"[^\w×]+", "_", choice.view)
    table = chosen_table(month, choice)
    book = folder / f"{stem}.xlsx"
    notes = pd.DataFrame(
        {
            "说明": [
                sentence(month, choice),
                HOW[choice.counting],
                code_of(choice),
                *(["演示数据，非真实情况"] if month.cleaned.sample else []),
                *([] if month.cleaned.complete else ["数据不完整"]),
            ]
        }
    )
    with pd.ExcelWriter(book, engine="openpyxl") as writer:
        table.rename(columns=nb.TITLES).to_excel(writer, sheet_name="选择", index=False)
        notes.to_excel(writer, sheet_name="说明", index=False)
    written = [book]
    figure = picture(table, choice)
    if figure is not None:
        with use_style():
            figure.savefig(folder / f"{stem}.pdf", metadata={"CreationDate": None}, bbox_inches="tight")
        written.append(folder / f"{stem}.pdf")
    return written


def explorer(month: Figures, folder: str = "reports") -> w.Widget:
    """The controls and what follows them.

    Parameters
    ----------
    month : figures of a month.
    folder : where 导出当前选择 writes; a relative path is taken from the project's folder.
    """
    controls = _controls(month)
    out = {name: w.HTML() for name in ("sentence", "table", "how", "code", "done")}
    image = w.Image(format="png", layout=w.Layout(max_width="100%"))
    target = Path(folder) if Path(folder).is_absolute() else nb.ROOT / folder

    def update(*_: object) -> None:
        choice = _choice(controls)
        table = chosen_table(month, choice)
        out["sentence"].value = f'<p role="status" class="sentence"><b>{sentence(month, choice)}</b></p>'
        out[
            "how"
        ].value = (
            f"<p>{HOW[choice.counting]}{'少于5场的格子已隐去（并隐去可推算的格子）。' if choice.hide_small else ''}</p>"
        )
        out["table"].value = nb.table(_shown(table, choice)).data or ""
        out["code"].value = f"<pre>{code_of(choice)}</pre>"
        figure = picture(table, choice)
        image.value = png_of(figure) if figure is not None and len(table) else b""
        image.layout.display = "block" if image.value else "none"

    def export(_: object) -> None:
        written = export_choice(month, _choice(controls), target)
        out["done"].value = "已写入：" + "、".join(p.name for p in written)

    reset, save = w.Button(description="恢复全部"), w.Button(description="导出当前选择", button_style="primary")
    reset.on_click(lambda _: _reset(controls))
    save.on_click(export)
    for control in controls.values():
        control.observe(update, names="value")
    update()
    rows = [
        w.HBox([controls[n] for n in names])
        for names in (
            ("view", "measure", "counting"),
            ("streets", "scenarios", "venue_types"),
            ("services", "start", "end", "hide_small"),
        )
    ]
    return w.VBox(
        [*rows, w.HBox([reset, save]), out["done"], out["sentence"], image, out["table"], out["how"], out["code"]]
    )


def _controls(month: Figures) -> dict[str, Any]:
    plan = month.plan
    wide = w.Layout(width="15rem")
    pick: Callable[[str, list[str]], w.SelectMultiple] = lambda text, names: w.SelectMultiple(  # noqa: E731
        options=names, description=text, rows=6, layout=wide
    )
    views = [(" × ".join(DIMENSIONS[d] for d in by), key) for key, by in VIEWS.items()] + [
        (t, k) for k, t in SPECIAL.items()
    ]
    return {
        "view": w.Dropdown(options=views, value="scenario×street", description="看什么", layout=wide),
        "measure": w.Dropdown(options=[(t, k) for k, t in MEASURES.items()], description="数值", layout=wide),
        "counting": w.Dropdown(options=[(t, k) for k, t in COUNTINGS.items()], description="计数", layout=wide),
        "streets": pick("街镇", plan.street_names),
        "scenarios": pick("场景", plan.scenario_names),
        "venue_types": pick("服务点", list(plan.venue_types)),
        "services": pick("类型", plan.service_names),
        "start": w.Dropdown(options=_starts(month), description="从", layout=wide),
        "end": w.Dropdown(options=_ends(month), description="到", layout=wide),
        "hide_small": w.Checkbox(value=False, description="隐去少于5场的格子", layout=wide),
    }


def _starts(month: Figures) -> list[tuple[str, date | None]]:
    months = pd.date_range(month.plan.first_day, month.as_of, freq="MS")
    return [("项目开始", None), *((f"{m.year}年{m.month}月1日", m.date()) for m in months)]


def _ends(month: Figures) -> list[tuple[str, date | None]]:
    months = pd.date_range(month.plan.first_day, month.plan.last_day, freq="ME")
    ends = [m.date() for m in months if m.date() <= month.as_of + timedelta(days=31)]
    return [("截止日", None), *((f"{d.year}年{d.month}月{d.day}日", d) for d in ends)]


def _choice(controls: dict[str, Any]) -> Choice:
    return Choice(**{name: control.value for name, control in controls.items()})


def _reset(controls: dict[str, Any]) -> None:
    for name, value in Choice().__dict__.items():
        controls[name].value = value


def _shown(table: pd.DataFrame, choice: Choice) -> pd.DataFrame:
    """Two dimensions as a wide table, in the chosen measure."""
    if choice.view in SPECIAL or len(VIEWS[choice.view]) == 1:
        return table
    row, column = VIEWS[choice.view]
    wide = table.assign(**{column: table[column].map(label_of)}).pivot(index=row, columns=column, values=choice.measure)
    wide = wide.reindex(index=pd.unique(table[row]), columns=list(dict.fromkeys(table[column].map(label_of))))
    return (
        wide.map(lambda v: "" if pd.isna(v) else number_text(float(v), choice.measure))
        .rename_axis(None, axis=1)
        .reset_index()
    )
