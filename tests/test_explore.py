"""The scenario explorer without a browser: its code runs, its words say how it was counted, its files hold what is shown."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import nbformat
import openpyxl
import pandas as pd
import pymupdf
import pytest

from analysis import notebook_view as nb
from analysis.charts.style import FAMILY, MissingGlyphError
from analysis.explore import MEASURES, VIEWS, Choice, chosen_table, code_of, explorer, export_choice
from analysis.explore.picture import picture
from analysis.explore.titles import title_of
from analysis.explore.words import how, sentence
from analysis.figures import Figures, figures
from analysis.participation import prepared
from analysis.pipeline import read_folder
from analysis.plan import load_plan
from tests.made_records import made

ROOT = Path(__file__).parents[1]
APRIL = {"start": date(2021, 4, 1), "end": date(2021, 4, 30)}
CHOICES: list[dict[str, Any]] = [
    {},
    {"streets": ("桃浦",), **APRIL},
    {"scenarios": ("亮码", "安全"), "services": ("帮办",), "counting": "fractional", "measure": "share", "hide_small": True},
    {"venue_types": ("老年活动室",), "measure": "per_activity", "hide_small": True},
]


@pytest.fixture(scope="module")
def sample() -> Figures:
    plan = load_plan()
    return figures(read_folder(ROOT / "raw_exports" / "sample", plan), plan)


@pytest.fixture
def month(sample: Figures) -> Figures:
    """Seven activities by hand: 曹杨 has six of 就医, 桃浦 one of 就医 and 出行."""
    many = [{"street": "曹杨", "day": f"2021-04-0{i}", "n": 10, "venue": "甲"} for i in range(1, 7)]
    few = {"street": "桃浦", "day": "2021-05-03", "n": 20, "scenarios": "就医、出行", "service": "帮办", "venue": "乙"}
    return replace(sample, records=made(*many, few))


@pytest.mark.parametrize(("view", "options"), list(product(VIEWS, CHOICES)))
def test_the_code_shown_makes_the_table_shown(sample: Figures, view: str, options: dict[str, Any]) -> None:
    choice = Choice(view=view, **options)
    *before, last = code_of(sample, choice).split("\n")
    names: dict[str, Any] = {"month": sample}
    exec("\n".join(before), names)
    pd.testing.assert_frame_equal(eval(last, names), chosen_table(sample, choice))


@pytest.mark.parametrize(("view", "options"), list(product(VIEWS, CHOICES)))
def test_prepared_records_give_the_same_tables_and_stay_as_they_are(
    sample: Figures, view: str, options: dict[str, Any]
) -> None:
    choice = Choice(view=view, **options)
    lean = replace(sample, records=prepared(sample.records, sample.plan, sample.as_of))
    kept = lean.records.copy(deep=True)
    pd.testing.assert_frame_equal(chosen_table(lean, choice), chosen_table(sample, choice))
    pd.testing.assert_frame_equal(lean.records, kept)


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_says_how_it_was_counted(sample: Figures, view: str) -> None:
    for measure in MEASURES:
        lines = how(sample, Choice(view=view, measure=measure))
        assert lines
        assert all(line.endswith("。") for line in lines)
    filtered = how(sample, Choice(view=view, services=("帮办",)))
    assert any("帮办" in line for line in filtered)


def test_the_counting_is_named() -> None:
    sample_month: Any = None
    assert "全计" in how(sample_month, Choice(view="scenario"))[0]
    assert "均摊" in how(sample_month, Choice(view="scenario", counting="fractional"))[0]
    chosen = how(sample_month, Choice(view="scenario", counting="fractional", scenarios=("亮码",), measure="share"))
    assert "没选的场景分得的不转移过来" in chosen[0]
    assert "所选场景分得的人次" in chosen[1]


def test_the_sentence_by_hand(month: Figures) -> None:
    assert sentence(month, Choice()) == (
        "普陀区10个街镇，2021年4月1日至12月31日：共7场、80人次；做了2个场景（就医、出行）；最多的场景是就医（80人次）；"
        "帮办占比最高的是桃浦（100.0%）。")
    assert sentence(month, Choice(streets=("桃浦",), counting="fractional")) == (
        "桃浦，2021年4月1日至12月31日：共1场、20人次；做了2个场景（就医、出行）；最多的场景是就医、出行（10.0人次）；帮办占100.0%。")
    assert sentence(month, Choice(streets=("万里",))) == "万里，2021年4月1日至12月31日：所选范围内没有活动。"


def test_what_was_never_done_by_hand(month: Figures) -> None:
    def title(**options: Any) -> str:
        choice = Choice(view="missing", **options)
        return title_of(month, choice, chosen_table(month, choice))

    assert title(streets=("曹杨", "桃浦"), scenarios=("就医",)) == "曹杨、桃浦都做过就医"
    assert title(streets=("曹杨", "桃浦"), scenarios=("就医", "出行")) == "曹杨没做过出行"
    assert title(scenarios=("就医",)) == "甘泉、石泉、长风、长寿、宜川、真如、万里、长征没做过就医"
    assert title(scenarios=("安全",)) == "各街镇都没做过安全"
    box = explorer(month)
    box.children[0].children[0].value = "missing"
    assert "10个街镇还有没做过的场景" in " ".join(w.value for w in box.children if type(w).__name__ == "HTML")


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("options", [
    {"start": date(2021, 6, 1), "end": date(2021, 5, 1)}, {"start": date(2022, 1, 1)}, {"scenarios": ("未分类",)},
    {"services": ("未注明",), "hide_small": True}, {"streets": ("桃浦",), "hide_small": True, "measure": "share"},
])
def test_odd_selections_still_have_a_title_a_chart_and_files(
    sample: Figures, view: str, options: dict[str, Any], tmp_path: Path
) -> None:
    choice = Choice(view=view, **options)
    for records in (sample.records, sample.records.head(0)):
        odd = replace(sample, records=records)
        assert title_of(odd, choice, chosen_table(odd, choice))
        assert all(p.stat().st_size > 1000 for p in export_choice(odd, choice, tmp_path))


def test_an_empty_selection_is_not_called_hidden(month: Figures) -> None:
    for view in ("street", "scenario×street", "services", "venue_list"):
        choice = Choice(view=view, streets=("万里",), hide_small=True)
        assert title_of(month, choice, chosen_table(month, choice)) == "所选范围内没有活动。"


def test_an_answer_stands_where_there_is_no_chart(sample: Figures) -> None:
    assert "各街镇都做过10个场景" in " ".join(explorer_parts(sample, "没做过的场景"))


def test_days_the_wrong_way_round_are_said(month: Figures) -> None:
    text = sentence(month, Choice(start=date(2021, 6, 1), end=date(2021, 5, 1)))
    assert "起始日晚于截止日" in text
    assert "没有活动" in text


def test_small_cells_are_hidden_in_table_sentence_chart_and_file(month: Figures, tmp_path: Path) -> None:
    choice = Choice(streets=("桃浦",), hide_small=True)
    assert "少于5场" in sentence(month, choice)
    assert "20" not in sentence(month, choice).replace("2021", "")
    table = chosen_table(month, choice)
    assert table.loc[table["activities"] != 0, "person_times"].isna().all()
    book = openpyxl.load_workbook(export_choice(month, choice, tmp_path)[0])
    wide = list(book["选择"].iter_rows(min_row=2, values_only=True))
    assert [row[1] for row in wide if row[0] in ("就医", "出行")] == [None, None]
    assert any("少于5场的格已隐去" in str(c.value) for (c,) in book["说明"].iter_rows())
    drawn = picture(month, choice, table)
    assert drawn is not None
    texts = {c["text"] for row in drawn.content["rows"] for c in row["cells"]}
    assert texts <= {"", "0"}


def test_a_finding_among_hidden_cells_says_so(month: Figures) -> None:
    choice = Choice(hide_small=True)
    assert title_of(month, choice, chosen_table(month, choice)) == "有活动的格都已隐去"
    seven = made(*[{"street": "长风", "day": f"2021-04-{i}", "n": 5} for i in range(10, 17)])
    more = replace(month, records=pd.concat([month.records.astype({"street": str}), seven.astype({"street": str})]))
    streets = Choice(view="street", hide_small=True)
    table = chosen_table(more, streets).set_index("street")["suppressed"]
    assert table[table != ""].to_dict() == {"曹杨": "次", "桃浦": "主"}  # 6 and 1 of 14: one alone would follow from the total
    assert title_of(more, streets, chosen_table(more, streets)) == "没有隐去的格里，人次最多的是长风（35人次）"


def test_the_files_hold_the_selection(month: Figures, tmp_path: Path) -> None:
    written = export_choice(month, Choice(streets=("曹杨",)), tmp_path)
    assert [p.suffix for p in written] == [".xlsx", ".pdf"]
    book = openpyxl.load_workbook(written[0])
    assert book.sheetnames == ["选择", "明细", "说明"]
    assert dict(book["选择"].iter_rows(min_row=2, max_row=3, values_only=True)) == {"就医": 60, "出行": 0}
    notes = "\n".join(str(c.value) for (c,) in book["说明"].iter_rows())
    assert "演示数据" in notes
    assert "participation(month.records" in notes
    with pymupdf.open(written[1]) as document:
        assert "就医" in document[0].get_text()
        fonts = {f[3] for f in document[0].get_fonts()}
    assert all(FAMILY.replace(" ", "") in f.replace(" ", "") for f in fonts), fonts


def test_two_selections_are_two_files_and_the_same_one_is_the_same_bytes(month: Figures, tmp_path: Path) -> None:
    first = export_choice(month, Choice(streets=("曹杨",)), tmp_path)
    other = export_choice(month, Choice(streets=("曹杨",), **APRIL), tmp_path)
    assert not {*first} & {*other}
    kept = [p.read_bytes() for p in first]
    assert export_choice(month, Choice(streets=("曹杨",)), tmp_path) == first
    assert [p.read_bytes() for p in first] == kept


def test_a_character_that_the_font_lacks_is_an_error(month: Figures) -> None:
    records = month.records.assign(venue_type=pd.Categorical(["\U0001f600"] * len(month.records)))
    odd = replace(month, records=records)
    choice = Choice(view="venue_type")
    with pytest.raises(MissingGlyphError):
        picture(odd, choice, chosen_table(odd, choice))
    assert "这个字，图无法绘制" in str(explorer_parts(odd, "服务点类型"))


def explorer_parts(month: Figures, view: str = "") -> list[str]:
    """What the widget's HTML parts say, once a view is chosen."""
    box = explorer(month)
    if view:
        chooser = box.children[0].children[0]
        chooser.value = next(value for text, value in chooser.options if text == view)
    return [w.value for w in box.children if type(w).__name__ == "HTML"]


def test_a_file_that_cannot_be_written_is_said_in_chinese(month: Figures, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file, where a folder is wanted", encoding="utf-8")
    box = explorer(month, str(tmp_path / "taken"))
    buttons = next(c for c in box.children if getattr(c, "children", ()) and type(c.children[0]).__name__ == "Button")
    buttons.children[1].click()
    assert "没有写成" in buttons.children[2].value


def test_the_notebooks_link_every_figure_to_a_definition_that_exists() -> None:
    anchors = set(re.findall(r'<a id="([^"]+)"', (ROOT / "docs" / "method.md").read_text(encoding="utf-8")))
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        html = "".join(o["data"].get("text/html", "") for c in nbformat.read(path, as_version=4).cells
                       for o in c.get("outputs", []) if "data" in o)
        links = re.findall(rf'href="{re.escape(nb.METHOD)}#([^"]+)"', html)
        assert links, path.name
        assert set(links) <= anchors, path.name


def test_every_section_with_figures_of_notebooks_1_to_4_has_a_definition() -> None:
    for path in sorted((ROOT / "notebooks").glob("0[1-4]*.ipynb")):
        section, figures_in, defined = "", False, True
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "markdown" and cell.source.startswith("## "):
                assert defined or not figures_in, f"{path.name}: {section}"
                section, figures_in, defined = cell.source, False, False
            html = "".join(o["data"].get("text/html", "") for o in cell.get("outputs", []) if "data" in o)
            figures_in |= "<table" in html or "<img" in html
            defined |= nb.METHOD in html
        assert defined, f"{path.name}: {section}"


def test_incomplete_data_is_said_on_banner_chart_and_in_the_file(month: Figures, tmp_path: Path) -> None:
    partly = replace(month, cleaned=replace(month.cleaned, complete=False))
    assert "数据不完整" in str(nb.banner(partly).data)
    assert "数据不完整" not in str(nb.banner(month).data)
    drawn = picture(partly, Choice(), chosen_table(partly, Choice()))
    assert drawn is not None
    assert drawn.content["tags"] == ["演示数据", "数据不完整"]
    book = openpyxl.load_workbook(export_choice(partly, Choice(), tmp_path)[0])
    assert any("数据不完整" in str(c.value) for (c,) in book["说明"].iter_rows())


def test_small_cells_are_shown_unless_asked(month: Figures) -> None:
    assert not Choice().hide_small
    assert chosen_table(month, Choice(streets=("桃浦",)))["person_times"].sum() == 40


def test_tables_say_numbers_and_codes_in_chinese() -> None:
    frame = pd.DataFrame({"street": ["曹杨"], "person_times": [1234], "share": [0.9996], "status": ["read"], "row": [1234],
                          "repeated": [True], "message": [None]})
    shown = str(nb.table(frame).data)
    cells = re.findall(r"<td[^>]*>(.*?)</td>", shown)
    assert cells == ["曹杨", "1,234", "99.9%", "已读", "1234", "是", ""]
    assert '<button type="button" title="点击排序">人次</button>' in shown


def test_every_code_of_the_sample_has_a_chinese_word(sample: Figures) -> None:
    words = nb.words()["words"]
    assert set(sample.cleaned.findings["kind"]) <= set(words["kind"])
    assert {str(r).partition("：")[0] for r in sample.cleaned.repairs["rule"]} <= set(words["rule"])
    assert set(sample.cleaned.repairs["column"]) <= set(words["column"])
