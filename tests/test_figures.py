"""The words about a figure follow what is drawn: change the drawing and the words change, or an error says why not."""

import io
import re
import subprocess
import sys
from base64 import b64decode

import describe
import figures
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from common import ROOT
from matplotlib.patches import Wedge
from PIL import Image

GALLERY = ROOT / "tests" / "gallery.ipynb"


@pytest.fixture(autouse=True)
def no_figure_left_over():
    plt.close("all")


@pytest.fixture
def ax():
    fig, ax = plt.subplots()
    ax.set(title="A title", xlabel="horizontal", ylabel="vertical, percent")
    yield ax
    plt.close(fig)


def words(ax):
    ax.figure.draw_without_rendering()
    return "\n".join(one.text() for one in describe.sentences(ax.figure) if one.kind != "crossing")


def test_bars_are_read_out_one_by_one(ax):
    bars = ax.bar(["before", "after"], [0, 40], label="secure")
    assert "Bars, secure: before: 0; after: 40." in words(ax)
    bars[1].set_height(41)
    assert "after: 41" in words(ax)


def test_bars_on_their_side_and_stacked(ax):
    ax.barh(["a", "b"], [3, 4], label="first")
    ax.barh(["a", "b"], [1, 2], left=[3, 4], hatch="//", label="second")
    assert ("Bars, one part on another: a: first: 3; second: 1; in all 4. b: first: 4; second: 2; in all 6."
            in words(ax))
    ax.patches[2].set_x(3.5)  # a gap: no stack any longer, and each bar says where it begins
    assert "Bars, first: a: 3; b: 4." in words(ax)
    assert "Bars, second, hatched: a: 1 (from 3.5 to 4.5); b: 2 (from 4 to 6)." in words(ax)


def test_a_stack_is_held_to_what_bars_are_held_to(ax):
    ax.bar(["a", "b"], [3, 4], label="first")
    ax.bar(["a", "b"], [1, 2], bottom=[3, 4], label="second")
    ax.set_ylim(2, 7)
    with pytest.raises(ValueError, match="start at zero"):
        words(ax)
    ax.set_ylim(0, 7)
    ax.patches[2].set_x(0.3)
    with pytest.raises(ValueError, match="too far from its label"):
        words(ax)


def test_bars_side_by_side_are_no_stack(ax):
    ax.bar([-0.2, 0.8], [3, 4], 0.4, label="first")
    ax.bar([0.2, 1.2], [1, 2], 0.4, label="second")
    ax.set_xticks([0, 1], ["a", "b"])
    assert "Bars, first: a: 3; b: 4." in words(ax) and "Bars, second: a: 1; b: 2." in words(ax)


def test_a_number_beside_its_mark_is_said_once(ax):
    bars = ax.bar(["before", "after"], [0, 40], label="secure")
    ax.bar_label(bars, fmt="%.0f%%")
    ax.bar_label(bars, labels=["", "40"], label_type="center")
    ax.plot(["before", "after"], [10.04, 20], "o", label="dots")
    ax.text(0.02, 10.5, "10.0")
    assert "Written" not in words(ax)
    ax.text(1, 20, "21")
    assert 'Written at after: "21".' in words(ax)


def test_a_number_beside_another_mark_is_spoken(ax):
    ax.bar(["all", "some"], [955, 193], label="people")
    ax.annotate("193", ("all", 955))
    assert 'Written at all, 955: "193".' in words(ax), "the number of the other bar"
    ax.plot(["all", "some"], [400, 500], "o", label="dots")
    ax.text(1, 500, "1")
    assert 'Written at some: "1".' in words(ax), "a place among names is no number"


def test_dots_with_intervals(ax):
    figures.intervals(ax, ["TFP", "other"], [38.5, 67.3], [26.5, np.nan], [52.0, np.nan], ["abstract", "secondary"])
    ax.set_xlim(0, 100)
    assert "TFP: 38.5, from 26.5 to 52 (read in the abstract); other: 67.3, no interval (read in a sec" in words(ax)


def test_upright_intervals(ax):
    ax.errorbar([1, 2], [10, 20], yerr=[[1, 2], [3, 4]], fmt="o", label="share")
    assert "share: 1: 10, from 9 to 13; 2: 20, from 18 to 24." in words(ax)


def test_lines_steps_points_and_references(ax):
    ax.plot([0, 1], [5, 9], label="line")
    ax.step([0, 1], [5, 9], label="steps")
    ax.plot([0, 1], [5, 9], "o", label="dots")
    ax.axhline(7, label="the null")
    ax.plot([0, 1], [6, 8], "--", label="broken")
    ax.plot([0], [6], "kx", label="x")
    ax.scatter([0], [8], marker="^", label="up")
    ax.scatter([1], [8], marker="s", color="white", edgecolor="k", label="empty")
    ax.axvline(0.5)
    for sentence in ("Line, line: 0: 5; 1: 9.", "Step line, steps: 0: 5; 1: 9.", "Dots, dots: 0: 5; 1: 9.",
                     "Dashed line, broken: 0: 6; 1: 8.", "Crosses, x: 0: 6.", "Triangles that point up, up: 0: 8.",
                     "Open squares, empty: 1: 8.", "Horizontal reference line, the null: at 7.",
                     "Vertical reference line: at 0.5."):
        assert sentence in words(ax)


def test_points_by_category_are_read_by_row(ax):
    ax.scatter(["known", "missing", "known"], ["one", "one", "two"], label="map")
    assert "map: two: known; one: known, missing." in words(ax)


def test_many_points_are_summed_up(ax):
    x = np.arange(40.0)
    ax.scatter(x, x, label="cloud")
    ax.plot(x, x**2, label="curve")
    assert "Cloud of 40 points, cloud: horizontally 0 to 39, vertically 0 to 39; correlation 1.00." in words(ax)
    assert "Of 100 points that are horizontally above the middle, 100 are so vertically; with no link it" in words(ax)
    assert "Line, curve: 40 points, from 0 at 0 to 1521 at 39." in words(ax)
    ax.lines[0].set_ydata(-(x - 20) ** 2)
    assert "Line, curve: 40 points, from -400 at 0 to -361 at 39; highest 0 at 20." in words(ax)


def test_a_number_is_no_finer_than_can_be_seen(ax):
    ax.plot([1.23456, 2], [45.678, 0.4], "o", label="dots")
    ax.set(xlim=(0, 10), ylim=(0, 100))
    assert "Dots, dots: 1.23: 45.7; 2: 0.4." in words(ax)
    ax.set(xscale="log", xlim=(0.01, 100))
    ax.lines[0].set_xdata([0.456, 12.345])
    ax.plot([0.0123, np.nan], [1, 2], "o", label="small")
    assert "Dots, dots: 0.46: 45.7; 12.3: 0.4." in words(ax), "ratios as they are printed"
    assert "Dots, small: 0.0123: 1; no value: 2." in words(ax)


def test_a_place_is_named_before_its_number(ax):
    ax.plot([5, 7], ["one", "two"], "o", label="dots")
    assert "Dots, dots: one: 5; two: 7." in words(ax)


def test_a_line_between_two_places_names_them(ax):
    ax.bar(["before", "after"], [0, 40], label="secure")
    ax.axvline(0.5)
    assert "Vertical reference line: between before and after." in words(ax)


def test_icons_are_counted(ax):
    figures.units(ax, {"secure": 8, "not secure": 12}, ["secure", "open"])
    assert "\nsecure: 8 of 20.\nnot secure: 12 of 20." in f"\n{words(ax)}", "each with its whole"


def test_a_count_in_a_name_is_said_once(ax):
    figures.units(ax, {"519 completed": 519, "never came: 19": 19, "20 not": 21}, ["secure", "open", "pale"])
    assert words(ax).splitlines() == ["completed: 519 of 559.", "never came: 19 of 559.", "20 not: 21 of 559."]


def test_areas_and_bands(ax):
    ax.axhspan(39.5, 40.5, label="prints as 40")
    ax.axvspan(0, 1, label="possible")
    ax.fill_between([0, 2], [1, 1], [3, 4], label="spread")
    assert "Shaded band, prints as 40: vertically 39.5 to 40.5." in words(ax)
    assert "Shaded band, possible: horizontally 0 to 1." in words(ax)
    assert "Shaded area, spread: at 0 from 1 to 3, at 2 from 1 to 4." in words(ax)


def test_segments(ax):
    ax.hlines([1], [0.5], [2.5], label="range")
    assert "Lines, range: 1: from 0.5 to 2.5." in words(ax)


def test_annotations_say_where_they_stand(ax):
    ax.bar(["before", "after"], [0, 40], label="secure")
    ax.annotate("40%\nn not known", ("after", 40))
    ax.text(0.5, 0.9, "missing", transform=ax.transAxes)
    assert 'Written at after, 40: "40% n not known".' in words(ax), "the line only wraps"
    assert 'Written in the figure: "missing".' in words(ax)


def test_axes_are_named_with_range_and_scale(ax):
    ax.plot([1, 100], [0, 50], label="line")
    ax.set(xscale="log", xlim=(1, 100), ylim=(0, 100))
    assert "Horizontal axis: horizontal, 1 to 100, logarithmic." in words(ax)
    assert "Vertical axis: vertical, percent, 0 to 100." in words(ax)


def test_upside_down_axis_is_read_from_the_top(ax):
    ax.barh(["first", "second"], [1, 2], label="bars")
    assert "Vertical axis: vertical, percent." in words(ax), "places that the bars name are not named twice"
    ax.set_yticks([0, 1, 2], ["first", "second", "third"])
    ax.set_ylim(-1, 3)
    assert "Vertical axis, vertical, percent: third; second; first." in words(ax)
    ax.invert_yaxis()
    assert "Vertical axis, vertical, percent: first; second; third." in words(ax)


def test_direction_of_benefit_and_way_of_reading_are_written(ax):
    figures.intervals(ax, ["a", "b"], [1, 2], [0, 1], [2, 3], ["full text", "secondary"])
    figures.better(ax, "right", "more is better")
    lines = words(ax).splitlines()
    place = lines.index("To the right: more is better.")
    assert place < next(i for i, line in enumerate(lines) if line.startswith("Rows")), "which way is good comes first"
    with pytest.raises(KeyError):
        figures.intervals(ax, ["a"], [1], [0], [2], "hearsay")


def test_several_panels_and_keys():
    fig, (left, right) = plt.subplots(1, 2)
    for ax, name in ((left, "Left"), (right, "Right")):
        ax.plot([0, 1], [0, 1], label="line")
        ax.set(title=name, xlabel="x", ylabel="y")
    right.legend()
    right.set_title("")
    said = words(left)
    assert "Panel 1 of 2: Left." in said and "Panel 2 of 2." in said
    assert said.count("Horizontal axis: x") == 2, "a panel without a title is told by its axis, once"
    assert "Key: line." not in said, "the line has said its name"
    plt.close(fig)


def test_what_stands_above_the_only_panel_is_said(ax):
    ax.plot([0, 1], [0, 1], label="line")
    ax.set_title("100 trials,\n15 people in each arm: power 49%")
    ax.figure.suptitle("The headline")
    assert 'Written above: "100 trials, 15 people in each arm: power 49%".' in words(ax)


@pytest.mark.parametrize(("written", "heard"), [
    ("half\nof them", "half of them"), ("people\nhow many: ?", "people, how many: ?"),
    ("9 SDs\n\nall: r = 0", "9 SDs, all: r = 0")])
def test_where_a_line_of_a_note_begins_a_part(written, heard):
    assert describe.parted(written) == heard


@pytest.mark.filterwarnings("ignore:constrained_layout")
def test_panels_that_fit_no_way_are_left_as_they_stood():
    fig, axes = plt.subplots(3, 1, figsize=(7, 6))
    for number, ax in enumerate(axes):
        ax.plot([0, 1], [0, 1], label="line")
        ax.set(title=f"A title that is as long as the panel is wide, {'abc'[number]}", xlabel="x", ylabel="y")
    fig.suptitle("The headline")
    figures.show(fig)
    with pytest.raises(ValueError):
        figures.bare([fig], 600, 200, 24)
    bare, = figures.bare([fig], 1200, 900, 20)
    assert {ax.get_subplotspec().get_geometry()[:2] for ax in fig.axes} == {(3, 1)} and "Panel 3 of 3" in bare.alt


def test_what_cannot_be_put_into_words_is_an_error(ax):
    ax.add_patch(Wedge((0, 0), 1, 0, 90))
    with pytest.raises(TypeError, match="No words for a Wedge"):
        words(ax)


@pytest.mark.parametrize(("spoil", "words"), [
    (lambda ax: ax.figure.suptitle(""), "no title"),
    (lambda ax: ax.set_ylabel(""), "no label"),
    (lambda ax: ax.plot([0, 1], [0, 1]), "no name"),
    (lambda ax: ax.set_ylim(20, 50), "start at zero"),
    (lambda ax: ax.set_xlabel("a very long label " * 9), "cut off"),
    (lambda ax: [ax.text(0.5, 20, "one over"), ax.text(0.5, 20, "the other")], "printed over each other"),
])
def test_a_figure_that_misleads_is_refused(ax, spoil, words):
    ax.bar(["before", "after"], [0, 40], label="secure")
    figures.show(ax.figure)  # sound before it is spoiled
    spoil(ax)
    with pytest.raises(ValueError, match=words):
        figures.show(ax.figure)


def test_three_faces_tell_the_same(ax):
    ax.bar(["before", "after"], [0, 40], label="secure")
    faces = figures.show(ax.figure, "A caption <with> marks.")._repr_mimebundle_()
    assert faces["image/png"].startswith(b"\x89PNG")
    assert "- Bars, secure: before: 0; after: 40." in faces["text/plain"]
    page = faces["text/html"]
    assert 'alt="A title. (Bar chart.)"' in page and "&lt;with&gt;" in page
    assert "<details><summary>" in page and "<li>Bars, secure: before: 0; after: 40.</li>" in page
    assert not plt.fignum_exists(ax.figure.number), "the figure would appear twice"


def test_what_is_heard_has_a_minus_and_no_question_mark(ax):
    ax.bar(["before\nn = ?", "after"], [-3, -4], label="change")
    page = figures.show(ax.figure)._repr_mimebundle_()["text/html"]
    assert "before, n not known: \u22123; after: \u22124." in page


@pytest.mark.parametrize(("written", "heard"), [
    ("specialised therapies, ? people: 0.5", "specialised therapies, people not known: 0.5"),
    ("before: ?", "before: not known"),
    ('"left: ?"', '"left: not known"'), ("before, ?, after", "before, not known, after"), ("n = ?", "n not known"),
    ('Written at 3: "?".', 'Written at 3: "not known".'), ("secure (?)", "secure (not known)"),
    ("of how many? lesson 02", "of how many? lesson 02"), ('Is it "secure"?', 'Is it "secure"?'),
    ("Why? 3 people", "Why? 3 people"), ("Who knew?", "Who knew?"),
])
def test_a_question_mark_that_stands_for_a_number_is_not_known(written, heard):
    end = "" if heard.endswith((".", "knew?")) else "."
    assert describe.Sentence("note", written.removesuffix("."), ()).html() == f"<li>{heard}{end}</li>"


@pytest.mark.parametrize(("label", "heard"), [
    ("SDs ahead of usual care \u2192", "SDs ahead of usual care, more is better"),
    ("difference, SDs (better \u2192)", "difference, SDs (more is better)"),
    ("better with help, SDs  \u2192", "more is better with help, SDs"),
    ("percent (well \u2192)", "percent (well), more is better"),
    ("\u2190 points", "points, less is better"),
    ("left, other arm / DBT", "left, other arm divided by DBT"),
    ("end of treatment\nSDs", "end of treatment SDs"),
])
def test_the_way_of_an_axis_is_heard_and_not_pointed_at(ax, label, heard):
    ax.plot([0, 1], [0, 1], label="line")
    ax.set(xlabel=label, xlim=(0, 1))
    assert f"Horizontal axis: {'end of treatment, SDs' if label[0] == 'e' else heard}, 0 to 1." in words(ax)


def test_headings_of_a_forest_are_read_with_their_rows(ax):
    figures.intervals(ax, list("abc"), [1, 2, 3], [0, 1, 2], [2, 3, 4], "abstract", "lead")
    ax.text(0, 2.5, "against nothing", weight="bold")
    ax.text(0, 0.5, "against care", weight="bold")
    ax.text(0, 1.5, "no heading")
    head = "Rows, lead, read in the abstract, against "
    assert f"{head}nothing: a: 1, from 0 to 2; b: 2, from 1 to 3.\n{head}care: c: 3, from 2 to 4." in words(ax)
    assert words(ax).count("against") == 2 and '"no heading"' in words(ax)
    ax.texts[0].set_y(1.4)  # the first row has none: bold words between the others are a note, and no heading
    assert "Rows, lead, read in the abstract: a: 1" in words(ax) and '"against nothing"' in words(ax)


def test_a_note_in_a_row_is_read_with_it(ax):
    figures.intervals(ax, ["a", "b", "c"], [1, np.nan, 3], [0, np.nan, 2], [2, np.nan, 4], "abstract", "lead")
    ax.annotate("  1.0 open", (2, 2))
    ax.annotate("? not told", (0, 1))
    ax.annotate("3.2 open", (4, 0))
    ax.annotate("leader", (4, 0), (5, 0), arrowprops={"arrowstyle": "-"})
    assert "a: 1, from 0 to 2, open; b: no value, not told; c: 3, from 2 to 4, \"3.2 open\"." in words(ax)
    assert words(ax).count("Written") == 1 and '"leader"' in words(ax)


def test_a_line_that_has_said_its_name_is_not_written_again(ax):
    ax.plot([0, 1], [0, 1], label="line")
    ax.axvline(0.5, label="the truth")
    ax.annotate("the truth", (0.5, 0.2))
    assert words(ax).count("the truth") == 1
    ax.annotate("line", (0.5, 0.4))
    assert 'Written at 0.5, 0.4: "line".' in words(ax), "only a line of reference"


def test_an_estimate_without_a_height_has_none_in_words(ax):
    people = np.linspace(20, 400, 40)
    ax.scatter(np.linspace(-1, 2, 40), people, label="published")
    ax.axvline(0.2, label="truth")
    ax.errorbar(0.3, 0.9, xerr=0.1, fmt="D", transform=ax.get_xaxis_transform(), label="pooled")
    ax.set(xlim=(-1, 2), ylim=(0, 480))
    assert "Dots with intervals, pooled: 0.3, from 0.2 to 0.4." in words(ax)
    assert '16 less, 24 more than "truth".' in words(ax) and "correlation" not in words(ax)
    ax.containers[0].lines[0].set_transform(ax.transData)
    assert "pooled: 1: 0.3, from" in words(ax) and "correlation" in words(ax)


def test_a_name_with_a_colon_or_a_semicolon_stays_whole(ax):
    ax.bar(["usual; GP", "a: b", "c", "d", "e"], range(5), label="share: secure; whole")
    assert "Bars, share: secure; whole: usual; GP: 0; a: b: 1; c: 2; d: 3; e: 4." in words(ax)
    page = figures.show(ax.figure)._repr_mimebundle_()["text/html"]
    assert "<li>Bars, share: secure; whole:<ul><li>usual; GP: 0</li><li>a: b: 1</li><li>c: 2</li>" in page


def test_a_name_that_a_key_and_a_row_share_is_no_substring(ax):
    ax.plot([0, 1], [5, 9], label="usual; GP")
    ax.plot([0, 1], [6, 9], label="usual")
    ax.legend()
    assert "Key" not in words(ax), "both lines have said their names"
    ax.legend(ax.lines, ["usual; GP", "us"])
    assert "Key: usual; GP; us." in words(ax), "a part of a name is not the name"


def test_a_slanted_line_is_told_as_it_lies(ax):
    ax.plot([0, 8], [0, 4], "o", label="people")
    ax.set(xlim=(0, 8), ylim=(0, 4))
    ax.axline((0, 0), slope=1, label="no change")
    assert "Slanted reference line, no change: from 0, 0 to 4, 4." in words(ax)
    ax.axline((0, 3), slope=0, label="level")
    ax.axline((2, 0), (2, 1), label="upright")
    assert "Horizontal reference line, level: at 3." in words(ax)
    assert "Vertical reference line, upright: at 2." in words(ax)


def test_five_things_or_more_become_a_list_to_walk_through(ax):
    ax.bar(list("abcde"), range(5), label="five")
    page = figures.show(ax.figure)._repr_mimebundle_()["text/html"]
    assert "<li>Bars, five:<ul><li>a: 0</li><li>b: 1</li>" in page and "<li>e: 4</li></ul></li>" in page


def test_colours_of_the_course_come_out_as_they_are(ax):
    for place, colour in enumerate(sorted(set(figures.COLOURS.values()))):
        ax.bar([place], [1], color=colour, label=", ".join(figures.COLOURS))
    ax.bar([place + 1], [1], color="#FF1010", label="another")
    png = figures.show(ax.figure)._repr_mimebundle_()["image/png"]
    seen = {shade for _, shade in Image.open(io.BytesIO(png)).convert("RGB").getcolors(300)}
    wanted = {tuple(bytes.fromhex(colour[1:])) for colour in figures.COLOURS.values()}
    assert wanted | {(255, 255, 255)} <= seen
    assert any(abs(r - 255) + abs(g - 16) + abs(b - 16) < 60 for r, g, b in seen), "any other comes out near itself"


def test_a_table_can_be_heard():
    frame = pd.DataFrame({"study": ["one", "two <i>"], "estimate": [-0.5, np.nan]}, index=[4, 7])
    faces = figures.table(frame, "Two studies & more")._repr_mimebundle_()
    page = faces["text/html"]
    assert "<caption>Two studies &amp; more</caption>" in page and "two &lt;i&gt;" in page
    assert page.count('<th scope="col">') == 2 and page.count('<th scope="row">') == 2
    assert "<td>\u22120.5</td>" in page and "<td>not known</td>" in page
    assert faces["text/plain"].splitlines()[0] == "Two studies & more" and "not known" in faces["text/plain"]
    assert ">7<" not in page, "a row's number is no name"
    dose = figures.table(pd.DataFrame({"dose": ["2.5-20 mg", "F33-2"]}), "Doses")._repr_mimebundle_()["text/html"]
    assert "2.5 to 20 mg" in dose and "F33-2" in dose, "a range is heard as one"
    with pytest.raises(ValueError, match="their index has none"):
        figures.table(frame.set_index("study").rename_axis(None), "names lost")
    long = figures.table(pd.DataFrame({"words": ["many words " * 9 + "end"]}), "Long")._repr_mimebundle_()["text/html"]
    assert "words end</th>" in long, "a long text is shown whole"
    named = figures.table(frame.set_index("study")["estimate"], "One column", missing="none")._repr_mimebundle_()
    assert '<th scope="row">one</th>' in named["text/html"] and "<td>none</td>" in named["text/html"]


def test_a_stack_says_its_parts_and_the_end_that_is_written(ax):
    ax.barh(["a", "b"], [50.6, 30], label="well, counted")
    ax.barh(["a", "b"], [4.7, 10], left=[50.6, 30], label="left, 10% well")
    ax.barh(["a", "b"], [44.7, 60], left=[55.3, 40], label="not well")
    ax.set(xlim=(0, 100))
    ax.text(55.3, 0.2, "55")
    said = words(ax)
    assert "a: well, counted: 50.6; left, 10% well: 4.7, in all to here 55; not well: 44.7; in all 100. b: well" in said
    assert "left, 10% well: 10; not well: 60; in all 100." in said and "Written" not in said
    ax.patches[2].set_width(0)
    ax.patches[4].set(x=50.6, width=49.4)
    ax.texts[0].set(x=50.6, text="51")
    assert "left, 10% well: 0, in all to here 51; not well: 49.4" in words(ax), "the total is told in each frame"
    ax.patches[2].set_width(4.7)
    ax.patches[4].set(x=55.3, width=44.7)
    ax.texts[0].set(x=55.3, text="55")
    page = figures.show(ax.figure)._repr_mimebundle_()["text/html"]
    assert "<li>Bars, one part on another:<ul><li>a:<ul><li>well, counted: 50.6</li><li>left, 10% well: 4.7, in" in page


def test_clouds_of_one_panel_share_one_correlation_and_are_counted_beside_lines(ax):
    x = np.arange(-30.0, 30)
    y = np.where(x < -19, -x, x)  # the eleven lowest turn round: of them alone the link is the opposite
    ax.scatter(x[x >= -19], y[x >= -19], label="the others")
    ax.scatter(x[x < -19], y[x < -19], label="lowest")
    ax.scatter([], [], label="nobody")
    ax.set(xlim=(-30, 30), ylim=(-30, 30))
    ax.axline((0, 0), slope=1, label="as before")
    ax.axvline(3, label="three")
    ax.axhline(0)
    said = words(ax)
    assert said.count("correlation") == 1
    assert f"All 60 points together: correlation {np.corrcoef(x, y)[0, 1]:.2f}. Of 100" in said
    assert ('Cloud of 49 points, the others: horizontally -19 to 29, vertically -19 to 29; 0 of 49 lie above '
            '"as before", 49 on it; 22 less, 26 more than "three", 1 on it; 19 below, 29 above the line, 1 on it.'
            ) in said
    assert "Cloud of 11 points, lowest: horizontally -30 to -20, vertically 20 to 30; 11 of 11 lie above" in said
    assert "Cloud of points, nobody: none." in said
    assert describe.kinds(describe.sentences(ax.figure)) == "Cloud of points", "no frame is of another kind"


def test_an_empty_series_says_none(ax):
    ax.scatter([], [], label="nobody")
    ax.plot([], [], "o", label="none either")
    ax.hlines([], [], [], label="no range")
    for sentence in ("nobody: none.", "none either: none.", "Lines, no range: none."):
        assert sentence in words(ax)


def test_a_place_that_means_nothing_is_not_told(ax):
    figures.intervals(ax, ["all 60"], [26.7], [17.1], [39], "abstract")
    ax.annotate("16 of 60", (17.1, 0.4))
    ax.plot([30], [0.5], "D", transform=ax.get_xaxis_transform(), label="the 40%")
    ax.scatter([20], [0.5], transform=ax.get_xaxis_transform(), label="another")
    assert 'Written at 17.1: "16 of 60".' in words(ax)
    assert "Diamonds, the 40%: 30." in words(ax) and "Dots, another: 20." in words(ax)
    ax.set(yticks=[])
    assert "Dots with intervals, estimate with 95% interval, read in the abstract: 26.7, from 17.1 to 39." in words(ax)


@pytest.mark.parametrize(("broken", "told"), [
    ("treatment within 12 months\n211,689 people", "treatment within 12 months, 211,689 people"),
    ("second change of\ntreatment within\n12 months", "second change of treatment within 12 months"),
    ("true gain 5,\nmean 5.2", "true gain 5, mean 5.2"),
    ("gain\nmean 5.2", "gain, mean 5.2"),
    ("usual care\nLevy 2006\n(22 people)", "usual care, Levy 2006, (22 people)"),
])
def test_a_line_of_its_own_is_a_part(ax, broken, told):
    ax.bar([broken, "other"], [3, 4], label="bars")
    ax.text(0.5, 0.9, broken, transform=ax.transAxes)
    assert f"Bars, bars: {told}: 3; other: 4." in words(ax) and f'Written in the figure: "{told}".' in words(ax)


def test_an_interval_beside_its_mark_is_said_once(ax):
    figures.intervals(ax, ["a", "b"], [1.5, 2], [0.5, 1], [2.5, 3], "abstract", pooled=("all", 1.67, 1.14, 2.43))
    ax.annotate("1.67 (1.14 to 2.43)", (2.43, -1))
    ax.annotate("1.5", (4, 1))
    ax.annotate("0.50", (0.5, 1))
    assert "Written" not in words(ax)
    ax.annotate("2.0 (1.0 to 3.1)", (3, 0))
    ax.annotate("1.5", (3.5, 0))
    assert 'b: 2, from 1 to 3, "2.0 (1.0 to 3.1)", "1.5"; all' in words(ax), "of another row"


def test_a_table_prints_whole_numbers_and_what_is_missing_as_such():
    frame = pd.DataFrame({"study": ["one", "two"], "people": [65.0, np.nan], "ratio": [2.5, np.nan],
                          "weeks": pd.array([12, None], dtype="Int64"), "kept": pd.array([True, None], dtype="boolean"),
                          "change": pd.array([1.5, None], dtype="Float64"), "words": pd.array([None, "a"], "string")})
    faces = figures.table(frame, "Gaps", missing="nobody knows")._repr_mimebundle_()
    for words in (faces["text/html"], faces["text/plain"]):
        assert words.count("nobody knows") == 6 and "<NA>" not in words and "&lt;NA&gt;" not in words
        assert "65.0" not in words and "65" in words and "12.0" not in words and "2.5" in words and "1.5" in words


def test_a_headline_has_a_true_minus(ax):
    ax.bar_label(ax.bar(["before", "after"], [0, -4], label="change"))
    ax.set_title("It fell by -4!")
    assert 'alt="It fell by \u22124! (Bar chart.)"' in figures.show(ax.figure)._repr_mimebundle_()["text/html"]


# ------------------------------------------------------------------------------------------- new kinds in words


def test_lines_of_named_rows_are_intervals(ax):
    ax.hlines(["a", "b", "c"], [10, 40, 14], [30, 60, 14], label="ranges")
    ax.axvline(20, label="ours")
    ax.annotate("60", (60, 1))
    ax.figure.draw_without_rendering()
    found = describe.sentences(ax.figure)
    said = [one.text() for one in found]
    assert "Lines, ranges: a: from 10 to 30; b: from 40 to 60; c: 14." in said
    assert '1 of 3 intervals include "ours" (20).' in said and describe.kinds(found) == "Intervals"
    assert "Written" not in "".join(said), "the end of a line is said there"


@pytest.mark.parametrize(("at", "told"), [
    (1.1, "random effects includes it, fixed effect does not."),
    (1.3, "fixed effect and random effects include it."),
    (9, "fixed effect and random effects do not include it.")])
def test_diamonds_say_whether_they_include_a_line(ax, at, told):
    figures.intervals(ax, ["a"], [2], [1.5], [3], "abstract", pooled=("fixed effect", 1.67, 1.2, 2.4))
    ax.axvline(at, label="no difference")

    def last():
        ax.figure.draw_without_rendering()
        return next(one.text() for one in describe.sentences(ax.figure) if one.kind == "crossing")

    assert last() == (f'The interval does not include "no difference" ({at}); the diamond '
                      f"{'includes' if at == 1.3 else 'does not include'} it.")
    ax.fill([0.9, 1.65, 3, 1.65], [-2, -1.7, -2, -2.3], label="random effects")
    assert last().partition("; ")[2] == f"of the diamonds, {told}"


def test_intervals_say_how_many_include_a_line(ax):
    figures.intervals(ax, list("abc"), [1, 2, 0.5], [-1, 1, np.nan], [3, 3, np.nan], "abstract")
    ax.axvline(0, label="no difference")
    ax.figure.draw_without_rendering()
    said = [one.text() for one in describe.sentences(ax.figure)]
    assert '1 of 2 intervals include "no difference" (0).' in said, "the third row has no interval"
    ax.lines[-1].set_xdata([2, 2])
    assert '2 of 2 intervals include "no difference" (2).' in [one.text() for one in describe.sentences(ax.figure)]


def test_many_intervals_are_counted_together(ax):
    ax.hlines(range(40), np.arange(40) - 30, np.arange(40), label="hold")
    ax.hlines([41, 42], [50, 60], [70, 80], label="miss")
    ax.axvline(20)
    ax.set(yticks=[])
    ax.figure.draw_without_rendering()
    said = [one.text() for one in describe.sentences(ax.figure)]
    assert "Lines, hold: 40." in said and "Lines, miss: from 50 to 70; from 60 to 80." in said
    assert "20 of 42 intervals include 20." in said


def test_a_forest_tells_the_areas_of_its_marks_and_its_diamond(ax):
    figures.intervals(ax, ["a", "b"], [1, 2], [0, 1], [2, 3], "abstract", weights=[30, 90], pooled=("all", 1.7, 1, 2.4))
    assert "a: 1, from 0 to 2, 25% of the marks' area; b: 2, from 1 to 3, 75% of the marks' area" in words(ax)
    assert words(ax).endswith("all: 1.7, from 1 to 2.4 (diamond).")
    for named in (["a\n30 people", "b\n? people"], ["a, 25%", "b, 75%"]):
        ax.set_yticks([1, 0, -1], [*named, "all"])
        assert "area" not in words(ax) and "2, from 1 to 3" in words(ax), "the row says it, or nobody knows it"
    ax.fill([0, 1, 2], [0, 1, 0], label="a triangle")
    with pytest.raises(TypeError, match="No words for a Polygon"):
        words(ax)


def test_units_are_counted_and_brackets_say_over_how_many(ax):
    figures.units(ax, {"changed": 11, "stayed": 21, "left": 20}, ["treatment", "pale", "open"], 52)
    figures.bracket(ax, 0, 32, "of those who stayed")
    figures.bracket(ax, 32, 52, "unseen")
    assert "changed: 11 of 52." in words(ax) and "left: 20 of 52." in words(ax)
    for sentence in ("Bracket, of those who stayed: over 32 marks.", "Bracket, unseen: over 20 marks."):
        assert sentence in words(ax)
    assert words(ax).count("unseen") == 1, "the words beside the bracket are its name"
    ax.lines[0].set_xdata(ax.lines[0].get_xdata() + 1)
    assert "of those who stayed: over 31 marks" not in words(ax)
    with pytest.raises(ValueError, match="needs whole numbers"):
        figures.units(ax, {"a": 15.25}, ["open"])
    with pytest.raises(ValueError, match="ends at 3, and it starts at 5"):
        figures.bracket(ax, 5, 3, "none")


def test_marks_in_named_rows_are_counted_by_row(ax):
    ax.scatter([0, 1, 2, 0], ["one", "one", "one", "two"], label="claims")
    ax.set(xticks=[])
    assert "Icons, claims: two: 1; one: 3." in words(ax)
    ax.scatter([3, 1, 2], ["one", "two", "two"], label="parted")
    ax.annotate("4 of 7", (4, "one"))
    assert 'Icons: two: claims: 1; parted: 2. one: "4 of 7"; claims: 3; parted: 1.' in words(ax), "each row once"
    assert "Written" not in words(ax) and words(ax).count("4 of 7") == 1


def test_arrows_say_from_where_to_where(ax):
    ax.plot([1, 2], ["use", "stay"], "o", label="printed")
    ax.annotate("", (3, "use"), (1, "use"), arrowprops={"arrowstyle": "->"}, label="turned")
    ax.annotate("", (4, "stay"), (2, "stay"), arrowprops={"arrowstyle": "->"}, label="turned")
    ax.annotate("", (2, "use"), (2, "stay"), arrowprops={"arrowstyle": "<->", "linestyle": "--"})
    assert "Arrows, turned: use: from 1 to 3; stay: from 2 to 4." in words(ax)
    assert "Broken arrows: between 2, stay and 2, use." in words(ax)
    ax.texts[1].xy = ax.texts[1].xyann
    assert "Arrows, turned: use: from 1 to 3." in words(ax), "an arrow without length leads nowhere"
    assert "Dots, printed: stay: 2." in words(ax), "the other dot is said by the arrow that starts there"
    ax.annotate("3.0", (3, "use"))
    assert "Written" not in words(ax)
    ax.annotate("3.1", (3, "use"))
    assert 'Written at 3, use: "3.1".' in words(ax)
    ax.annotate("3.0 (printed 1.0)", (3, "use"))
    ax.annotate("3.0 (printed 2.0)", (3, "use"))
    ax.annotate("3.0 (found 1.0)", (3, "use"))
    assert "(printed 1.0)" not in words(ax), "all of it is said in the row"
    assert "(printed 2.0)" in words(ax) and "(found 1.0)" in words(ax)
    ax.annotate("", (0.5, 0.5), (0, 0), "axes fraction", arrowprops={"arrowstyle": "->"})
    with pytest.raises(TypeError, match="No words for the end of an arrow"):
        words(ax)


def test_a_causal_diagram_names_its_boxes_and_arrows(ax):
    figures.diagram(ax, {"readiness": (0.5, 0), "staying": (0, 1), "secure": (1, 1)},
                    [("readiness", "staying"), ("staying", "secure")], unknown=["readiness", ("staying", "secure")])
    for sentence in ("Boxes with a broken outline: readiness.",
                     'Arrows: from "readiness" to "staying".', 'Broken arrows: from "staying" to "secure".'):
        assert sentence in words(ax)
    assert "Boxes without" not in words(ax), "the arrows name them"
    assert figures.show(ax.figure).alt == "A title. (Diagram.)"
    figures.diagram(ax, {"readiness": (0, 0), "age": (1, 1), "alone": (1, 0)}, [("readiness", "age")])
    assert 'Arrows: from "readiness" to "staying" and to "age".' in words(ax), "each start once"
    assert "Boxes without an arrow: alone." in words(ax)
    with pytest.raises(KeyError, match="nobody"):
        figures.diagram(ax, {"a": (0, 0)}, [("a", "nobody")])


def test_a_leader_joins_words_to_a_box(ax):
    box = ax.text(0.6, 0, "percent: 40", bbox={"boxstyle": "square"})
    ax.annotate("40%", (0, 0.5), (0, 0), xycoords=box, textcoords="data", arrowprops={"arrowstyle": "-"})
    ax.axis("off")
    assert 'Lines: from "40%" to "percent: 40".' in words(ax)


def test_a_broken_outline_has_no_length(ax):
    ax.bar(["treated"], [40], label="share")
    ax.bar(["untreated"], [100], fill=False, linestyle="--", label="not known")
    assert "Broken outlines, not known: untreated." in words(ax)


def test_a_curve_with_many_points_has_an_area_with_a_top(ax):
    x = np.linspace(-2, 2, 101)
    ax.fill_between(x, 4 - x**2, label="shared")
    assert "Shaded area, shared: at -2 from 0 to 0, at 0 from 0 to 4, at 2 from 0 to 0." in words(ax)


def test_a_key_of_the_whole_figure_is_told_where_it_says_more(ax):
    figures.units(ax, {"yes": 3, "no": 2}, ["treatment", "open"])
    ax.figure.legend(*ax.get_legend_handles_labels(), loc="outside lower left", ncols=2)
    assert "Key" not in words(ax)
    ax.figure.legend(ax.collections, ["supported", "no"])
    assert "Key: supported; no." in words(ax)


# ------------------------------------------------------------------------------- rules for a phone


@pytest.mark.parametrize(("spoil", "words"), [
    (lambda ax: ax.set_ylabel("small", fontsize=11), '"small" is 7.5 pixels high on a phone'),
    (lambda ax: ax.set_title("41% rose"), "The headline says 41, and nothing in the figure does"),
    (lambda ax: ax.set_title("Of 3,671 people 40 rose"), "The headline says 3,671"),
    (lambda ax: ax.plot([0], [3], "o", color=figures.COLOURS["unresolved"], label="x"), "The colour of unresolved"),
    (lambda ax: ax.bar([1], [3], color=figures.COLOURS["secure"], label="x"), "The colour of secure is worn"),
    (lambda ax: ax.figure.add_axes([0.9, 0.9, 0.1, 0.1], xticks=[], yticks=[]), "no headline in common"),
])
def test_a_figure_for_a_phone_is_held_to_more(ax, spoil, words):
    def draw(width):
        ax = plt.subplots(figsize=(width, 4))[1]
        ax.bar_label(ax.bar(["before", "after"], [10, 40], label="improved"))
        ax.set(ylabel="percent", title="In 2006, 40 improved")
        return ax

    figures.show(draw(7).figure)  # sound before it is spoiled
    spoiled = draw(7)
    spoil(spoiled)
    with pytest.raises(ValueError, match=words):
        figures.show(spoiled.figure)
    plt.close(spoiled.figure)


def test_a_headline_starts_at_the_left_edge_and_is_broken_inside(ax):
    ax.bar(["before", "after"], [0, 40], label="improved")
    ax.set_title("A sentence that is much too long for one line of a figure that a phone shows upright, with all words")
    figures.show(ax.figure)
    headline = ax.figure.texts[0].get_window_extent()
    assert 0 <= headline.x0 <= 0.05 * ax.figure.dpi and headline.x1 <= ax.figure.bbox.width + 1
    assert headline.height > 2 * 15 * ax.figure.dpi / 72, "one line"
    assert headline.y0 >= ax.get_window_extent().y1, "written into the axes"


# ------------------------------------------------------------------------------------------ figures that move


def frame(value, top=100, title="A headline"):
    fig, ax = plt.subplots()
    ax.bar(["before", "after"], [0, value], label="improved")
    ax.set(ylabel="percent", ylim=(0, top), title=title)
    return fig


def test_a_moving_figure_has_one_list_of_frames_with_words():
    faces = figures.slider(frame, "people <n>", [-10, 20.0], start=1, caption="A caption.")._repr_mimebundle_()
    page = faces["text/html"]
    assert re.findall(r"<summary>(people.*?)</summary>", page) == ["people &lt;n&gt;: \u221210", "people &lt;n&gt;: 20"]
    assert re.findall(r"<details data-value=\"(.*?)\" data-says=\"A headline.\"( open)?>", page) == [
        ("\u221210", ""), ("20", " open")]
    assert page.count("The figure in words") == page.count("<img alt=") == 2
    assert all(page.count(tag) == 1 for tag in ("<figure ", "<figcaption>A caption.", "</figure>", "<script>"))
    pictures = [b64decode(data) for data in re.findall("base64,(.*?)\"", page)]
    assert faces["image/png"] == pictures[1] != pictures[0]
    low, high = (figures.show(frame(value)).text() for value in (-10, 20))
    assert faces["text/plain"] == f"A caption.\npeople <n>: \u221210\n{low}\npeople <n>: 20\n{high}"
    assert page.index("<figcaption>") < page.index("<details"), "the caption holds the key of what follows"
    assert not plt.get_fignums(), "the frames would appear below"


def test_a_wrong_frame_is_seen_in_the_words():
    right = figures.slider(frame, "value", range(10, 60, 10))._repr_mimebundle_()["text/plain"]
    wrong = figures.slider(lambda value: frame(41 if value == 40 else value), "value", range(10, 60, 10))
    assert [line for line in wrong._repr_mimebundle_()["text/plain"].split("\n") if line not in right.split("\n")] == [
        "- Bars, improved: before: 0; after: 41."]


def test_frames_lie_exactly_on_each_other():
    """What does not move has the same pixels in each frame, also where one headline takes two lines."""
    moving = figures.slider(lambda value: frame(value, title="long headline " * (value // 4)), "value", [10, 20])
    one, other = (np.asarray(Image.open(io.BytesIO(part.png)).convert("L"), int) for part in moving.frames)
    middle = one.shape[0] // 2
    assert one.shape == other.shape and (one[middle:, :90] == other[middle:, :90]).all(), "the vertical axis moved"
    assert (one != other).any()


@pytest.mark.parametrize(("draw", "values", "start", "words"), [
    (frame, [1], 0, "2 to 16 frames, and 1 values"),
    (frame, range(17), 0, "2 to 16 frames, and 17 values"),
    (frame, [1, 2], 2, "numbered from 0 to 1"),
    (lambda value: frame(value, top=50 + value), [1, 2], 0, r"value, 2: The y axis goes from 0 to 52.*ax.set\(ylim="),
    (lambda value: frame(value, title="a title" * (value == 1)), [1, 2], 0, "value, 2: The figure has no title"),
    (lambda value: plt.figure(1), [1, 2], 0, "value, 2: draw gives the same figure again"),
])
def test_a_moving_figure_that_would_not_move_well_is_refused(draw, values, start, words):
    with pytest.raises(ValueError, match=words):
        figures.slider(draw, "value", values, start)
    plt.close("all")


def test_a_moving_figure_returns_figures_and_is_not_too_heavy():
    with pytest.raises(TypeError, match="value, 1: A NoneType is no figure"):
        figures.slider(lambda value: None, "value", [1, 2])

    def noise(value):
        fig = frame(value)
        fig.axes[0].scatter(*np.random.default_rng(value).uniform((0, 0), (1, 99), (2000, 2)).T, s=9, label="x")
        return fig

    with pytest.raises(ValueError, match="kB, and at most 250 are allowed"):
        figures.slider(noise, "value", range(16))


# -------------------------------------------------------------------------------------------------- the gallery


def test_the_gallery_of_kinds_runs_to_the_stored_words():
    command = [sys.executable, "-m", "pytest", "--nbval", "--color=no", str(GALLERY)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:]
