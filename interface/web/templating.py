"""The templates: everything that is put into one is escaped, once. Loads no web framework.

Not here: who a page is for, and its headers (``rendering``).
"""

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from interface.web import wording
from interface.web.content import assets
from interface.web.fact_words import facts_told
from interface.web.layout import choices_layout, layout, raw_layout
from interface.web.static_files import address_of


def rendered(template: str, **shown: Any) -> str:
    """A template, filled in."""
    return _templates().get_template(template).render(shown)


@cache
def _templates() -> Environment:
    folder = Path(__file__).with_name("templates")
    templates = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    templates.filters |= wording.FILTERS
    given: dict[str, Any] = {"static": address_of, "assets": assets}
    given |= {each.__name__: each for each in (choices_layout, facts_told, layout, raw_layout)}
    templates.globals.update(given)
    return templates
