"""Teaching sheets fit their lessons; slides and handouts ask before they answer, and show the lesson's own figures."""

import base64
import contextlib
import copy
import io
import re
from collections import Counter

import figures
import matplotlib
import pytest
from common import LESSONS, ids

from tools import sheets, slides

WRITTEN = sheets.written()
BY = {path.name[:2]: path for path in LESSONS}
LESSON = BY["04"]


@pytest.fixture(scope="module", autouse=True)
def reveal(tmp_path_factory):
    """A stand-in for reveal.js, which only `make slides` installs; tests/browser shows the real one."""
    folder = tmp_path_factory.mktemp("reveal.js")
    for name in ("LICENSE", "dist/reveal.css", "dist/reveal.js", "dist/plugin/notes.js"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"/* {name} </script> */", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(slides, "REVEAL", folder)
        yield


@pytest.fixture
def sheet():
    return copy.deepcopy(sheets.load(LESSON))


def found(sheet, lesson=LESSON):
    return "\n".join(sheets.faults(sheet, sheets.cells(lesson)))


def test_every_lesson_has_a_sheet():
    assert [sheets.path(path).name for path in LESSONS if path not in WRITTEN] == []


@pytest.mark.parametrize("lesson", WRITTEN, ids=ids(WRITTEN))
def test_sheets_fit_their_lessons(lesson):
    sheets.load(lesson)


def test_no_letter_of_the_key_stands_out():
    count = Counter(poll["right"] for lesson in WRITTEN for poll in sheets.load(lesson)["polls"])
    total = count.total()
    assert all(count[letter] <= max(2, 0.4 * total) for letter in sheets.LETTERS), count
    assert total < 12 or all(count[letter] >= 0.12 * total for letter in sheets.LETTERS), count


def test_a_missing_sheet_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(sheets, "FOLDER", tmp_path)
    with pytest.raises(ValueError, match=r"lesson 04_compared_with_what has no .* write teaching/04_compared_with_wha"):
        sheets.load(LESSON)


@pytest.mark.parametrize(("text", "words"), [
    (b"say_first = ", "is not TOML"), (b'say_first = "\xff"', "is not TOML in UTF-8"),
    (b'say_first = ""', "say_first should be a str that is not empty"), (b"home = []", "home should be a list"),
    (b"pair = 3", "pair should be a table"), (b"[[minutes]]\nwhat = 'all'", r"minutes\[1\].minutes is missing"),
    (b"setting = 3", "setting should be a str"), (b"words_today = ['row', 3]", r"words_today\[2\] should be a str"),
    (b"[pair]\nhear = 'x'", "pair.hear should be a list"),
    (b"[[polls]]\nright = 'a'", r"polls\[1\].options is missing"),
    (b"[[polls]]\nagian = ['q1']", r"polls\[1\].agian is no part of a sheet")])
def test_what_is_no_sheet_is_told_with_its_place(tmp_path, monkeypatch, text, words):
    monkeypatch.setattr(sheets, "FOLDER", tmp_path)
    (tmp_path / "04_compared_with_what.toml").write_bytes(text)
    with pytest.raises(ValueError, match=f"teaching/04_compared_with_what.toml:? .*{words}"):
        sheets.load(LESSON)


def change(sheet, what):
    figures, polls = sheet["figures"], sheet["polls"]
    {"two figures": lambda: figures.pop(), "two polls": lambda: polls.pop(),
     "no cell": lambda: figures[0].update(cell="lions"), "no figure": lambda: figures[0].update(cell="p"),
     "order": lambda: figures.reverse(), "poll elsewhere": lambda: polls[0].update(cell="missing"),
     "three options": lambda: polls[0]["options"].pop("d"), "no such right": lambda: polls[0].update(right="e"),
     "wrong right": lambda: polls[0].update(right="a"), "no mistake": lambda: polls[0]["wrong"]["a"].pop("mistake"),
     "minutes": lambda: sheet["minutes"].pop(), "pair": lambda: sheet["pair"].update(cell="p"),
     "word": lambda: sheet.update(words_today=["row", "arms", "lions"]),
     "two words": lambda: sheet["words_today"].__delitem__(slice(2, None)),
     "found": lambda: sheet.update(words_found=["power"]),
     "section": lambda: sheet.update(sections={"q1": "Lions"}),
     "copied": lambda: sheet.update(copied=[{"lesson": "12", "cell": "three", "folded": "Lions"}]),
     "one letter": lambda: [poll.update(right="b") for poll in polls]}[what]()
    return sheet


@pytest.mark.parametrize(("what", "words"), [
    ("two figures", "figures are 2 and should be 3"), ("two polls", "polls are 2 and should be 3"),
    ("no cell", "the lesson has no cell lions"), ("no figure", "cell p draws no figure"),
    ("order", "not in the lesson's order: moving, intervals, lines"),
    ("poll elsewhere", "poll 1 comes before missing, and no figure of the sheet is there or later"),
    ("three options", "poll 1 has the options a, b, c and should"), ("no such right", "poll 1 has no option e"),
    ("wrong right", "poll 1 explains a, c, d, and right is a"), ("no mistake", "polls[1].wrong.a.mistake is missing"),
    ("minutes", "the minutes add up to 42, not to 45"), ("pair", "pair.cell: the lesson has no cell p with"),
    ("word", "words: the glossary lacks lions"), ("two words", "words_today are 2 and should be 3 to 8"),
    ("found", "words_today tells what people are to find: power"),
    ("section", "sections: the lesson has no section 'Lions', for q1"),
    ("copied", "copied: lesson 12 has no text in cell three folded under 'Lions'"),
    ("one letter", "the right answer is b in all polls")])
def test_each_fault_of_a_sheet_is_found(sheet, what, words):
    assert found(sheet) == ""
    assert words in found(change(sheet, what))


def test_a_content_note_is_asked_for_where_the_lesson_has_one(sheet):
    noted = [path for path in LESSONS if "content_note is missing" in found(sheet | {"content_note": ""}, path)]
    assert {"00", "06", "07"} <= {path.name[:2] for path in noted} and LESSON not in noted
    assert "content_note" not in found(sheet | {"content_note": "It counts deaths."}, noted[0])


def test_a_poll_is_taken_before_the_next_figure(sheet):
    order = list(sheets.cells(LESSON))
    sheet["polls"][0]["cell"] = "p"
    assert sheets.figure_after(sheet["polls"][0], sheet, order) == "moving" and found(sheet) == ""
    assert sheets.figure_after({"cell": "lions"}, sheet, order) is None


def test_a_figure_needs_a_folded_answer():
    cells = sheets.cells(LESSON)
    assert "its lead\nstood" in sheets.reading(cells, "moving").replace("lead stood", "lead\nstood")
    del cells["lines-reading"]
    assert sheets.reading(cells, "lines") == "", "the answer of another figure is none of this one"


# -- decks


@pytest.fixture(scope="module")
def told():
    return slides.told(LESSON)


@pytest.fixture(scope="module", params=WRITTEN, ids=ids(WRITTEN))
def deck(request):
    """(what a deck is made of, its slides as HTML)"""
    told = slides.told(request.param)
    made = slides.page(told)
    return told, re.findall(r"<section.*?</section>", made, re.DOTALL)


def kind(part):
    """The class of a slide."""
    return (re.match(r'<section(?: class="([^"]*)")?', part)[1] or "words").removesuffix(" side")


def squeezed(text):
    """HTML or Markdown as its letters alone, without tags and spaces."""
    return re.sub(r"\s", "", slides.Markup(text).striptags())


def seen(part):
    """What a class sees and hears of a slide: its text and alternatives, without the notes."""
    part = re.sub(r'<aside class="notes">.*?</aside>|<script>.*?</script>', "", part, flags=re.DOTALL)
    return squeezed(part) + squeezed(" ".join(re.findall(r'alt="([^"]*)"', part)))


def test_no_answer_before_its_question(deck):
    told, parts = deck
    text = [seen(part) for part in parts]

    def first(words):
        return next((number for number, part in enumerate(text) if squeezed(slides.markdown(words)) in part), None)

    for number, figure in enumerate(told["figures"]):
        if not figure["headed"]:
            continue  # a table has no headline that answers
        headed = first(figure["headline"])
        assert (kind(parts[headed - 1]), kind(parts[headed])) == ("bare", "headed")
        assert squeezed(slides.markdown(figure["ask"])) in text[headed - 1]
        after = headed + 1 + (number == told["answers"])  # the prediction is answered in between
        assert all(first(figure["read"][part]) == after for part in ("shows", "hides") if figure["read"][part])
        for poll in figure["polls"]:
            asked = first(poll["question"])
            assert kind(parts[asked]) == "text ask" and "✓" not in text[asked] and 'class="right"' not in parts[asked]
            assert first(poll["options"][poll["right"]] + " ✓") > headed
            assert all(first(why["say"]) > headed for why in poll["wrong"].values())
    assert kind(parts[first(f"The answer here: {told['answer']}")]) == "middle predicted"


@pytest.mark.parametrize(("words", "said"), [
    ("In how many rows? Type 0 to 7.", "In how many rows?"),
    ("How many? Type a number in place of the three dots and run the cell. Nobody sees it.",
     "How many? Write down a number. Nobody sees it."),
    ("It leaves out zero (−27 to −2 points, the next cell works it out).", "It leaves out zero (−27 to −2 points)."),
    ("Move the slider to 0.5. What do you see?\n\nType 0.5 or more.", "What do you see?"),
    ("One. The next cell tells. Two.", "One. Two."),
    ("An empty cell of a row is not zero. This type of row is rare.",
     "An empty cell of a row is not zero. This type of row is rare.")])
def test_what_is_done_at_the_screen_is_not_said_in_class(words, said):
    assert slides.spoken(words) == said


def test_no_slide_sends_to_the_keyboard(deck):
    _, parts = deck
    shown = re.sub(r"<aside.*?</aside>|<script>.*?</script>|<[^>]+>", " ", "\n".join(parts), flags=re.DOTALL)
    assert re.findall(r"\bType (?!I\b)\w+|\bthree dots\b|\bnext cell\b|\b[Rr]un the cell", shown) == []
    repeated = next(part for part in parts if kind(part) == "middle predicted")
    assert repeated.count("<p>") == 2 and "Write down" not in repeated, "the question alone, and its answer"


def test_a_setting_and_the_words_of_the_hour_come_from_the_sheet(told, sheet):
    made = slides.page(told)
    assert "put by lot into three arms: TFP, DBT, SPT.</p>" in made
    assert [word for word, _ in told["words"]] == sheet["words_today"] and "coherence" not in sheet["words_today"]
    assert "those who felt worse stayed away" in made.partition('class="pair')[2].partition("</aside>")[0]
    without = slides.page(told | {"sheet": told["sheet"] | {"setting": ""}})
    assert without.count("<section") == made.count("<section") - 1


def test_the_prediction_is_answered_as_in_the_lesson(deck):
    told, _ = deck
    (lesson,) = (path for path in LESSONS if path.name.startswith(told["number"]))
    code = [cell["source"] for cell in sheets.cells(lesson).values() if cell["cell_type"] == "code"]
    printed, names = io.StringIO(), {"__name__": "__main__", "display": lambda *shown: None}
    with contextlib.chdir(lesson.parent), contextlib.redirect_stdout(printed):
        for source in code:
            exec(source.replace("my_guess = ...", "my_guess = 'what the class wrote'"), names)
    figures.plt.close("all")
    answers = re.findall(r"Your guess: what the class wrote\. The answer here: (.*)\.", printed.getvalue())
    assert told["answer"] == answers[0]


def test_the_deck_goes_in_its_order(told):
    kinds = [kind(part) for part in re.findall(r"<section.*?</section>", slides.page(told), re.DOTALL)]
    at = kinds.index("middle predicted")
    assert kinds.pop(at) and at == len(kinds) - 3 - 2, "behind the figure that shows it"
    one = ["text ask", "bare", "headed", "text read", "text voted"]
    assert kinds == ["middle", "words", "text setting", "text", *3 * one, "pair", "text", "text"]


def test_the_question_stands_alone_before_its_picture(deck):
    told, parts = deck
    for figure, part in zip(told["figures"], (part for part in parts if kind(part) == "bare"), strict=True):
        hidden = re.search(r'<div class="fragment">(.*)</div>\s*<aside', part, re.DOTALL)
        assert hidden and hidden[1].strip() == str(figure["bare"]).strip()
    assert all('class="fragment"' not in part for part in parts if kind(part) != "bare")


def test_the_notes_tell_the_minute_where_a_part_begins(told, sheet):
    parts = re.findall(r"<section.*?</section>", slides.page(told), re.DOTALL)
    told = {kind(part): words[1] for part in parts if (words := re.search("<b>(Minute .*?)</b>", part))}
    assert told == {"text ask": "Minute 26 to 37.", "pair": "Minute 37 to 42.", "text": "Minute 42 to 45."}
    sheet["minutes"][1]["at"] = "lions"
    assert "minutes: lions is no figure of the sheet" in found(sheet)
    assert "predicted: lions is no figure" in found(sheet | {"predicted": "lions"})


def test_the_notes_tell_how_a_figure_is_moved(told):
    for part in re.findall(r"<section.*?</section>", slides.page(told), re.DOTALL):
        notes = part.partition('<aside class="notes">')[2]
        assert ("press Tab and the arrow keys" in notes) == ("data-moves" in part), kind(part)


def test_a_deck_brings_all_it_needs(told):
    made = slides.page(told)
    assert all(f"/* {name} <\\/script> */" in made for name in ("LICENSE", "dist/reveal.css", "dist/plugin/notes.js"))
    assert re.findall(r'(?:src|href)="(?!data:|#|mailto:)[^"{]+"', re.sub(r"<script>.*?</script>", "", made,
                                                                          flags=re.DOTALL)) == []
    for words in ("Right: B.", "TFP works, the other two do not.", "Last time a group got better"):
        assert words in made, "a note for the presenter"
    assert len(made) < 1_500_000


def test_bare_figures_are_the_lessons_own(told):
    lines, _, moving = told["figures"]
    assert "TFP: start: 2.86; 12 months: 4.11" in lines["bare"] and "1.25 points, DBT" not in lines["bare"]
    assert moving["moves"] and moving["bare"].count("<img") == moving["headed"].count("<img") == 7
    assert "one arm only: 32" not in re.sub(r'alt="[^"]*"', "", moving["bare"])
    assert moving["headed"].count("<h2>") == 7 and "50 seem to have a winner" in moving["headed"]


def test_the_counts_of_a_key_come_with_the_headline(monkeypatch):
    drawn, draw = [], figures._bare

    def noted(figs, *room):
        made = draw(figs, *room)
        if len(figs) > 1:
            drawn.append((made[1].png, [words.get_text() for words in slides._keys(figs[1])]))
        return made

    monkeypatch.setattr(figures, "_bare", noted)
    moving = slides.told(LESSON)["figures"][2]
    (first, cut), (last, whole) = drawn
    assert "one arm only" in cut and "one arm only: 46" in whole
    assert base64.b64encode(first).decode() in moving["bare"] and base64.b64encode(last).decode() in moving["headed"]


# -- sheets of paper


def printed(told, key):
    return slides.TEMPLATES.get_template("handout.html.j2").render(told, key=key)


def test_the_key_answers_the_sheet_and_names_the_lessons_question_before_its_answer(deck):
    told, _ = deck
    parts = re.findall(r"<section>.*?</section>", printed(told, key=True), re.DOTALL)[1:-2]
    for figure, part in zip(told["figures"], map(squeezed, parts), strict=True):
        assert all(squeezed(slides.markdown(one["answer"])) in part for one in figure["hear"])
        if figure["read"]:
            asked = part.index("Inthelesson:" + squeezed(slides.markdown(figure["read"]["ask"])))
            answer = figure["read"]["first"] or figure["read"]["shows"]
            assert part.index(squeezed(slides.markdown(answer))) > asked


def test_words_that_figures_let_people_find_stand_on_paper_alone(deck):
    told, parts = deck
    shown = re.findall(r"<dt>(.*?)</dt>", "".join(parts))
    sheet = told["sheet"]
    assert shown == sheet["words_today"] and not set(shown) & set(sheet["words_found"])
    words = re.findall(r"<p>([^<]*) <span></span></p>", printed(told, key=False))
    assert words == [*sheet["words_found"], *sheet["words_today"]][:5]


def test_what_is_found_in_lesson_05_is_not_told_before():
    assert {"confounder", "reverse causation"} <= set(sheets.load(BY["05"])["words_found"])


@pytest.mark.parametrize(("number", "asked", "drawn"), [
    ("03", "85 of 100 insecure", "insecure interviews read rightly, of 100: 85."),
    ("05", "at r = 0.17, and", "correlation r: 0.17.")])
def test_on_paper_a_moving_figure_stands_where_its_question_asks(number, asked, drawn):
    figure = slides.told(BY[number], paper=True)["figures"][0]
    assert asked in figure["ask"] and f"<figcaption>{drawn}" in figure["bare"]


def test_the_back_of_a_sheet_has_what_is_copied_from_lessons():
    told = slides.told(BY["12"], paper=True)
    front, _, back = printed(told, key=False).partition('<main class="back">')
    assert "Allocation" not in front and "Take all rows" not in front
    for words in ("Allocation", "Chosen result", "No row speaks to it", "Take all rows that speak to it"):
        assert words in back
    assert "RoB 2" not in back, "what the lesson folds"
    assert 'class="back"' not in printed(told, key=True) + printed(told | {"copied": []}, key=False)


def test_the_sheet_is_given_out_after_the_third_vote(deck):
    _, parts = deck
    votes = [part for part in parts if kind(part) == "text ask"]
    assert ["give the sheet of paper out" in part for part in votes] == [False, False, True]


def test_a_table_prints_counts_and_the_rows_that_fit():
    import pandas as pd

    def made(rows, paper=False):
        frame = pd.DataFrame({"study": [f"Study {row}" for row in range(rows)], "people": [None, *range(1, rows)],
                              "percent": [12.5] * rows, "result": ["It was counted, and told at length. " * 2] * rows})
        return str(slides._table(figures.table(frame, "Who came"), "Who came?", paper))

    few, many = made(4), made(30)
    assert "type44" in few and few.count("<tr") == 1 + 4 and "more in the lesson" not in few
    assert "<td>not known</td>" in few and "<td>3</td>" in few and "3.0" not in few and "<td>12.5</td>" in few
    shown = many.count("<tr") - 1
    assert "type36" in many and 6 <= shown < 30 and f"and {30 - shown} more in the lesson" in many
    assert made(30, paper=True).count("<tr") == 1 + 30, "on paper all stand"


@pytest.mark.filterwarnings("ignore:constrained_layout not applied")
def test_type_of_a_bare_figure_is_as_high_as_asked():
    from io import BytesIO

    from PIL import Image

    fig, axes = figures.plt.subplots(2, 1, figsize=(7, 5))
    for ax in axes:
        ax.barh(["left to themselves", "with a leaflet"], [1, 2], label="people")
        ax.set(xlabel="people", title="Town: 3 of 4 came")
    fig.suptitle("They came")
    figures.show(fig)
    (made,) = figures.bare([fig], 1200, 400, 32)
    assert Image.open(BytesIO(made.png)).size == (1200, 400)
    assert min(artist.get_fontsize() for artist in fig.findobj(matplotlib.text.Text)) * fig.dpi / 72 >= 32
    assert fig.get_suptitle() == "" and [ax.get_title(loc="left") for ax in axes] == ["Town", "Town"]
    first, second = (ax.get_position() for ax in axes)
    assert first.y0 == pytest.approx(second.y0) and first.x1 < second.x0, "too low for two panels one above the other"
    with pytest.raises(ValueError, match=r"cut off|printed over"):
        figures.bare([fig], 500, 180, 32)


def test_without_reveal_it_says_how_to_get_it(told, tmp_path, monkeypatch):
    monkeypatch.setattr(slides, "REVEAL", tmp_path)
    with pytest.raises(ValueError, match=r"reveal\.js is not installed: python -m web\.packages"):
        slides.page(told)


def test_a_lesson_that_does_not_answer_its_prediction_is_named(monkeypatch):
    monkeypatch.setattr(slides, "caught", lambda *asked: {})
    with pytest.raises(ValueError, match=r"04_compared_with_what.ipynb: no cell answers the prediction"):
        slides.told(LESSON)


def test_make_tells_what_failed_and_goes_on(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sheets, "MADE", tmp_path)
    monkeypatch.setattr(slides, "LESSONS", [tmp_path / "99_lions.ipynb", LESSON])
    assert slides.main("slides") == 1
    assert "make slides: lesson 99_lions has no teaching sheet" in capsys.readouterr().err
    assert [path.name for path in (tmp_path / "slides").iterdir()] == ["04_compared_with_what.html"]


def test_printing_without_chromium_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    with pytest.raises(ValueError, match="printing needs Chromium"):
        slides.pdf("<p>", tmp_path / "page.pdf")
