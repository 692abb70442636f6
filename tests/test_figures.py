"""The words about a figure follow what is drawn: change the drawing and the words change, or an error says why not."""

import io

import describe
import figures
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.patches import Wedge
from PIL import Image


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
    assert "Bars, one part on another: a: first 3, second 1, in all 4; b: first 4, second 2, in all 6." in words(ax)
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
    assert "Cloud of 40 points, cloud: horizontally 0 to 39, vertically 0 to 39, correlation 1.00." in words(ax)
    assert "Of 100 points of the right half, 100 lie in the upper half; with no link it would be 50." in words(ax)
    assert "Line, curve: 40 points, from 0 at 0 to 1521 at 39." in words(ax)
    ax.lines[0].set_ydata(-(x - 20) ** 2)
    assert "Line, curve: 40 points, from -400 at 0 to -361 at 39; highest 0 at 20." in words(ax)


def test_a_number_is_no_finer_than_can_be_seen(ax):
    ax.plot([1.23456, 2], [45.678, 0.4], "o", label="dots")
    ax.set(xlim=(0, 10), ylim=(0, 100))
    assert "Dots, dots: 1.23: 45.7; 2: 0.4." in words(ax)


def test_a_place_is_named_before_its_number(ax):
    ax.plot([5, 7], ["one", "two"], "o", label="dots")
    assert "Dots, dots: one: 5; two: 7." in words(ax)


def test_a_line_between_two_places_names_them(ax):
    ax.bar(["before", "after"], [0, 40], label="secure")
    ax.axvline(0.5)
    assert "Vertical reference line: between before and after." in words(ax)


def test_icons_are_counted(ax):
    figures.icon_array(ax, 8, 20, "secure", "not secure")
    assert "Icons, secure: 8." in words(ax) and "Icons, not secure: 12." in words(ax)
    with pytest.raises(ValueError, match="the part is larger than the whole"):
        figures.icon_array(ax, 21, 20, "secure", "not secure")


def test_columns_beside_a_forest_are_read_by_row(ax):
    figures.intervals(ax, ["TFP", "pooled"], [0.4, 0.5], [0.1, 0.2], [0.7, 0.8], ["abstract", "worked out"])
    figures.columns(ax, {"n": [104, ""], "weight,\npercent": ["60", "40"]})
    assert "TFP: 0.4, from 0.1 to 0.7 (read in the abstract), n: 104, weight, percent: 60; pooled: 0.5, " in words(ax)
    assert "from 0.2 to 0.8 (worked out by us), weight, percent: 40." in words(ax)
    ax.texts[-1].set_text("41")
    assert words(ax).endswith("weight, percent: 41.")
    with pytest.raises(ValueError, match='"n" has 1 entries, and there are 2 rows'):
        figures.columns(ax, {"n": [104]})


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
    assert 'Written at after, 40: "40% n not known".' in words(ax)
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
    figures.read_as_key(ax, ["secondary", "full text"])
    lines = words(ax).splitlines()
    place = lines.index("To the right: more is better.")
    assert place < next(i for i, line in enumerate(lines) if line.startswith("Rows")), "which way is good comes first"
    assert "Key" not in words(ax), "each row says how it was read"
    figures.read_as_key(ax, ["abstract"])
    assert "Key: read in the abstract." in words(ax)
    with pytest.raises(KeyError):
        figures.intervals(ax, ["a"], [1], [0], [2], "hearsay")
    with pytest.raises(KeyError, match="hearsay"):
        figures.read_as_key(ax, ["abstract", "hearsay"])


def test_several_panels_and_keys():
    fig, (left, right) = plt.subplots(1, 2)
    for ax, name in ((left, "Left"), (right, "Right")):
        ax.plot([0, 1], [0, 1], label="line")
        ax.set(title=name, xlabel="x", ylabel="y")
    right.legend()
    right.set_title("")
    said = words(left)
    assert "Panel 1 of 2: Left." in said and "Panel 2 of 2: x." in said
    assert "Key: line." not in said, "the line has said its name"
    plt.close(fig)


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
    assert 'alt="Bar chart: A title."' in page and "&lt;with&gt;" in page
    assert "<details><summary>" in page and "<li>Bars, secure: before: 0; after: 40.</li>" in page
    assert not plt.fignum_exists(ax.figure.number), "the figure would appear twice"


def test_what_is_heard_has_a_minus_and_no_question_mark(ax):
    ax.bar(["before\nn = ?", "after"], [-3, -4], label="change")
    page = figures.show(ax.figure)._repr_mimebundle_()["text/html"]
    assert "before n not known: \u22123; after: \u22124." in page


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
        ax.bar([place], [1], color=colour, label=colour)
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
    with pytest.raises(ValueError, match="their index has none"):
        figures.table(frame.set_index("study").rename_axis(None), "names lost")
    long = figures.table(pd.DataFrame({"words": ["many words " * 9 + "end"]}), "Long")._repr_mimebundle_()["text/html"]
    assert "words end</th>" in long, "a long text is shown whole"
    named = figures.table(frame.set_index("study")["estimate"], "One column", missing="none")._repr_mimebundle_()
    assert '<th scope="row">one</th>' in named["text/html"] and "<td>none</td>" in named["text/html"]


def test_columns_come_to_rest_before_the_figure_is_judged():
    """Columns lie at a fixed distance from their axes, so that one layout finds room for them and the next agrees."""
    fig, ax = plt.subplots(figsize=(9, 3))
    labels = ["a trial with a long name", "another trial"]
    figures.intervals(ax, labels, [0.4, 0.5], [0.1, 0.2], [0.7, 0.8], "abstract")
    figures.columns(ax, {"treated": ["10 of 22", "6 of 52"], "other": ["9 of 22", "14 of 49"]}, step=150)
    ax.set(xlabel="share", title="Two trials")
    figures.show(fig)
    before = ax.get_position().width
    fig.draw_without_rendering()
    assert ax.get_position().width == pytest.approx(before, abs=0.02)
