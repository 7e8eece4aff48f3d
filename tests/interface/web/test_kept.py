import pytest
from interface.web.kept_plots import KeptPlots

from interface.web import kept_plots


def test_a_plot_is_there_for_the_token_that_it_was_kept_for() -> None:
    kept = KeptPlots()
    name = kept.keep("one", b"<svg/>")
    assert kept.get("one", name) == b"<svg/>"
    assert kept.get("another", name) is None
    assert kept.get("one", "another") is None
    assert kept.keep("one", b"<svg/>") == name


def test_the_oldest_plots_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_plots, "_MOST", 2)
    kept = KeptPlots()
    names = [kept.keep("one", data) for data in (b"a", b"b", b"a", b"c")]
    assert [kept.get("one", name) for name in names] == [b"a", None, b"a", b"c"]
