import pytest

from application.rows import Held
from domain.canonical import Json
from interface.web.content import Asset, Block, assets, blocks
from interface.web.wording import name, pretty, score, time, visible, whole

PNG = "0" * 64 + ".png"


def told(value: Json) -> list[tuple[str, str]]:
    return [(block.title, block.text) for block in blocks(value)]


def test_a_text_is_shown_as_it_is() -> None:
    assert [*blocks("a\n<b>")] == [Block("", "a\n<b>")]


def test_messages_are_a_conversation() -> None:
    pieces: Json = [{"type": "text", "text": "Look"}, {"type": "image", "image": "x"}]
    value: Json = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": pieces},
        {"role": "assistant", "content": None, "calls": [1]},
    ]
    assert told(value) == [
        ("system", "Be brief."),
        ("user", "Look"),
        ("user", '{\n  "type": "image",\n  "image": "x"\n}'),
        ("assistant", "null"),
        ("assistant, more", '{\n  "calls": [\n    1\n  ]\n}'),
    ]


def test_a_response_shows_its_text_and_what_came_with_it() -> None:
    assert told({"text": "Paris", "tokens": 3}) == [
        ("", "Paris"),
        ("and with it", '{\n  "tokens": 3\n}'),
    ]
    assert told({"text": None}) == [("", '{\n  "text": null\n}')]
    assert told([{"role": 1}]) == [("", '[\n  {\n    "role": 1\n  }\n]')]


def test_an_error_shows_its_message_and_traceback_and_what_came_with_them() -> None:
    assert told({"message": "No", "traceback": "File\n  line", "code": 3}) == [
        ("", "No"),
        ("traceback", "File\n  line"),
        ("and with it", '{\n  "code": 3\n}'),
    ]
    assert told({"message": "No"}) == [("", "No")]
    assert told({"message": "No", "traceback": [1]})[1:] == [
        ("and with it", '{\n  "traceback": [\n    1\n  ]\n}')
    ]


def test_assets_are_found_wherever_a_value_refers_to_them_and_only_there() -> None:
    value: Json = {
        "a": [f"assets/{PNG}", {"b": f"assets/{PNG}"}],
        "c": f"see assets/{PNG}",
        "d": PNG,
    }
    assert assets(value) == [Asset(PNG, is_image=True)]
    svg = PNG.replace("png", "svg")
    assert assets([f"assets/{svg}", "assets/../../etc/passwd"]) == [Asset(svg, is_image=False)]


def test_what_could_hide_or_turn_text_round_becomes_visible() -> None:
    assert visible("a\u202eb\x00\x1b[0m\r") == "a\\u202eb\\x00\\x1b[0m\\r"
    assert (
        visible("tab\tline\nno-break\u00a0space, עברית") == "tab\tline\nno-break\u00a0space, עברית"
    )
    assert visible(3) == "3"
    assert pretty({"a": "\u202e"}) == '{\n  "a": "\\u202e"\n}'


def test_names_stay_on_a_line_and_short() -> None:
    assert name("a\nb") == "a\\nb"
    assert name("x" * 200 + "y") == "x" * 47 + "…" + "x" * 31 + "y"
    assert name("x" * 200, most=10) == "xxxxx…xxxx"
    assert whole("x" * 200) == "x" * 200
    assert name(None) == whole(None) == "–"
    assert name(None, Held.ERASED) == "(erased)"


OWN = ["–", "(erased)", "(withheld)", "all", "", " \u00a0\u3000", "no kind", "(section 2)"]


@pytest.mark.parametrize("told", OWN)
def test_a_name_that_is_a_word_of_the_pages_or_nothing_to_be_seen_stands_in_quotes(
    told: str,
) -> None:
    assert name(told) == whole(told) == f"“{told}”"


def test_what_is_no_space_and_cannot_be_seen_is_an_escape() -> None:
    assert visible("\u3164a\u2800\U000e0041\u034f") == "\\u3164a\\u2800\\U000e0041\\u034f"
    assert visible("❤\ufe0f a\ufe0f \ufe0f") == "❤\ufe0f a\\ufe0f \\ufe0f"
    assert visible("שָׁ֑לוֹם e\u0301") == "שָׁ֑לוֹם e\u0301"


def test_marks_that_would_stack_over_other_lines_are_escapes() -> None:
    assert visible("Z" + "\u0300\u0301\u0302\u0310\u0300\u0301!") == (
        "Z\u0300\u0301\u0302\u0310\\u0300\\u0301!"
    )
    assert visible("\u0300" * 4 + "a" + "\u0300" * 4) == "\u0300" * 4 + "a" + "\u0300" * 4


def test_figures_are_told_as_people_read_them() -> None:
    assert (score(2 / 3), score(None), score(0)) == ("0.6667", "–", "0")
    assert time("2026-11-23T09:00:00.000000Z") == "2026-11-23 09:00:00 UTC"
