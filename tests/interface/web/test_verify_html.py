"""The verify page as one file: the same bytes each time, and nothing that could reach out."""

import re
from base64 import b64encode
from hashlib import sha256

from domain.verification.checks import Check
from interface.web import verify_html
from tests.interface.web.conftest import WEB


def between(tag: str, text: str) -> str:
    """The content of the one element of this name."""
    found = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
    assert len(found) == 1
    return str(found[0])


def test_the_same_sources_give_the_same_bytes() -> None:
    assert verify_html.self_contained() == verify_html.self_contained()
    assert "\r" not in verify_html.self_contained()


def test_its_script_holds_each_module_once_without_imports_and_exports() -> None:
    script = verify_html.script()
    names = verify_html.modules()
    assert set(names) == {each.name for each in WEB.glob("*.mjs")} - {"verify_cli.mjs"}
    assert re.findall(r"^// (\w+\.mjs)$", script, re.MULTILINE) == names
    assert not re.search(r"^(import|export) ", script, re.MULTILINE)


def test_a_module_stands_behind_all_that_it_imports() -> None:
    names = verify_html.modules()
    for name in names:
        for imported in re.findall(r'from "\./([^"]+)";', (WEB / name).read_text()):
            assert names.index(imported) < names.index(name)


def test_nothing_in_the_script_ends_its_element_early() -> None:
    assert not re.search(r"</script|<!--", verify_html.script(), re.IGNORECASE)
    assert "</style" not in verify_html.style()


def test_the_page_is_allowed_its_own_script_and_style_and_no_connection() -> None:
    whole = verify_html.self_contained()
    (policy,) = re.findall(r'<meta http-equiv="Content-Security-Policy" content="(.*?)">', whole)
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    for tag, rule in (("script", "script-src"), ("style", "style-src")):
        digest = b64encode(sha256(between(tag, whole).encode()).digest()).decode()
        assert rules[rule] == f"'sha256-{digest}'"
    assert (rules["default-src"], rules["connect-src"]) == ("'none'", "'none'")
    assert whole.index("Content-Security-Policy") < whole.index("<title>")


def test_nothing_outside_of_the_file_is_named() -> None:
    whole = verify_html.self_contained()
    markup = whole.replace(between("script", whole), "").replace(between("style", whole), "")
    assert not re.search(r"\b(src|href|action)=", markup)
    assert "url(" not in verify_html.style()
    assert "@import" not in verify_html.style()


def test_the_served_page_has_neither_script_nor_style_in_it() -> None:
    page = verify_html.page()
    assert re.findall(r"<script[^>]*>(.*?)</script>", page, re.DOTALL) == [""]
    assert not re.search(r"<style|style=|\son\w+=", page)


def test_a_check_means_to_a_reader_of_the_page_what_it_means_in_python() -> None:
    told = re.findall(r'^  "(.*)",$', (WEB / "meanings.mjs").read_text(), re.MULTILINE)
    assert told == [check.meaning for check in Check]
