"""Settings of the readable edition for Sphinx. What it is made from is written by web/build.py."""

import html

from docutils.nodes import SkipNode
from latex2mathml.converter import convert

from tools import course

project = "Forty Percent Secure"
author = "the contributors to Forty Percent Secure"
copyright = "the contributors. Text, figures and data: CC BY 4.0. Code: MIT"
language = "en-GB"
html_title = project
html_baseurl = course.site() if course.published() else ""

extensions = ["myst_nb"]
nb_execution_mode = "off"
nb_merge_streams = True
nb_code_prompt_show = "Show the code"
nb_code_prompt_hide = "Hide the code"
myst_enable_extensions = ["attrs_block", "attrs_inline", "colon_fence", "dollarmath"]
myst_heading_anchors = 4
myst_heading_slug_func = "tools.build.anchor"

html_theme = "pydata_sphinx_theme"
html_static_path = ["static"]
html_css_files = ["course.css"]
html_js_files = [("table.js", {"defer": "defer"})]
html_context = {"default_mode": "auto"}
html_favicon = "static/forty.svg"
html_copy_source = False
html_use_index = False
html_sidebars = {"index": [], "notebooks/glossary": []}
html_theme_options = {
    "logo": {"text": project},
    "navbar_persistent": [],
    "navbar_end": ["search-button-field", "theme-switcher", "navbar-icon-links"],
    **({"github_url": course.address()} if course.published() else {}),
    "search_bar_text": "Search the course",
    "secondary_sidebar_items": {"**": ["page-toc"], "index": []},
    "primary_sidebar_end": [],
    "footer_start": ["copyright"],
    "footer_end": [],
    "back_to_top_button": False,
    "show_toc_level": 2,
}


def _inline(self, node):
    """A formula as MathML: read by browsers and screen readers as it is, without a script."""
    self.body.append(convert(node.astext()))
    raise SkipNode


def _block(self, node):
    formula = html.escape(node.astext(), quote=True)
    self.body.append(f'<div class="formula" role="group" aria-label="formula" data-tex="{formula}">'
                     f"{convert(node.astext(), display='block')}</div>")
    raise SkipNode


def _as_seen(app, page, template, context, doctree):
    """Folded code is announced by the words that are seen, and not by others."""
    context["body"] = context.get("body", "").replace(' aria-label="Toggle hidden content"', "")


def setup(app):
    app.connect("html-page-context", _as_seen)
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))


html_math_renderer = "mathml"
