from hypothesis import given
from hypothesis import strategies as st

from application.actions import Action
from application.asset_links import relink, relink_action
from domain.canonical import Json

NAME = "ab" * 32 + ".png"
KNOWN = {"a.png": NAME, "sub/b": "cd" * 32 + ".bin"}.get

values: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers(0, 9) | st.text(max_size=5) | st.just("assets/a.png"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=10,
)


def test_a_known_link_is_rewritten_wherever_it_stands() -> None:
    value: Json = {"images": ["assets/a.png", {"deep": "assets/sub/b"}], "assets/a.png": 1}
    relinked = relink(value, KNOWN)
    assert relinked.value == {
        "images": [f"assets/{NAME}", {"deep": f"assets/{'cd' * 32}.bin"}],
        "assets/a.png": 1,
    }
    assert relinked.assets == {NAME, "cd" * 32 + ".bin"}


def test_what_is_no_known_link_stays() -> None:
    value: Json = ["assets/other.png", "see assets/a.png", "a.png", "assets/", "Assets/a.png", 1]
    assert relink(value, KNOWN) == (value, frozenset())


@given(values)
def test_the_value_that_comes_in_is_not_changed(value: Json) -> None:
    before = repr(value)
    relinked = relink(value, KNOWN)
    assert repr(value) == before
    assert (relinked.value == value) == (not relinked.assets)


def test_an_action_names_its_assets_by_kind() -> None:
    action = Action(
        "item.answered",
        parts={"request": ["assets/a.png", "assets/a.png"], "response": {"text": "assets/x"}},
        assets={"original": ["kept"]},
    )
    relinked = relink_action(action, KNOWN)
    assert relinked.parts["request"] == [f"assets/{NAME}"] * 2
    assert relinked.assets == {"original": ["kept"], "request": [NAME]}
    assert action.parts["request"] == ["assets/a.png", "assets/a.png"]
