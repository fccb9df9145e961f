"""The page as one text: the template with its data, its style and its scripts inside.

The page may load nothing and run nothing but the scripts that stand here: its content security
policy (https://www.w3.org/TR/CSP3/) allows them by the hashes of their texts.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from convcli.inspection.guided_tour import GuidedTour
from convcli.network.network import Network
from convcli.views.page.packing import script_json
from convcli.views.page.payload import Stages, Subject, payload
from convcli.views.sentences.reading import against_the_label, what_it_reads
from convcli.views.sentences.tour import first_selection, tour_stops

SCRIPTS = (
    "decode", "shown", "numbers", "elements", "model", "network", "self-test", "normalizing",
    "preparation", "fitting", "contract", "pad", "drawing", "colours", "geometry", "pooling",
    "focus", "selection", "mosaic", "figures", "im2col", "ledger", "softmax", "sentences",
    "explained", "panel-image", "panel-filters", "panel-matrix", "panel-convolution",
    "panel-pooling", "panel-scores", "panel-ledger", "layer-strip", "tour", "slide", "keys",
    "dock", "main",
)  # fmt: skip
"""In the order in which they run; each is a file in the folder ``scripts``."""

_FOLDER = files("convcli.views.page")


def page(subject: Subject, network: Network, stages: Stages, tour: GuidedTour) -> str:
    """The whole page.

    Args:
        subject: What it is about.
        network: Any.
        stages: Its trace of one image.
        tour: The examples of the guided tour; the first one is selected when the page opens.

    Returns:
        HTML.
    """
    data = payload(subject, network, stages, first_selection(tour, network))
    stops = [
        {"title": stop.title, "lines": stop.lines, "href": f"#{urlencode(stop.address)}"}
        for stop in tour_stops(tour, network, subject.title)
    ]
    return rendered(
        _FOLDER,
        "page.html.j2",
        styles=[_text("style.css"), _text("drawing.css")],
        scripts=[script_of(name) for name in SCRIPTS],
        data=data,
        page=data,
        tour=stops,
        reading=_reading(subject, tour),
    )


def _reading(subject: Subject, tour: GuidedTour) -> str:
    reading, label = tour.reading, subject.label
    if reading is None:
        return ""
    if label is None or label >= len(reading.names):
        return what_it_reads(reading)
    return f"{what_it_reads(reading)} {against_the_label(reading, label)}"


def rendered(
    folder: Traversable,
    template: str,
    *,
    styles: Sequence[str],
    scripts: Sequence[str],
    data: Mapping[str, Any],
    **shown: Any,
) -> str:
    """A template with its data, its styles and its scripts, and the policy that allows these alone.

    Args:
        folder: Where the template is, and those that it includes.
        template: Its name.
        styles: Texts of CSS.
        scripts: Texts of JavaScript, in the order in which they run.
        data: What the scripts know; values of JSON.
        shown: What the template shows by itself.

    Returns:
        HTML.
    """

    def read(name: str) -> str:
        return (folder / name).read_text(encoding="utf-8")

    # Autoescape: a text from outside can only become text.
    environment = Environment(
        loader=FunctionLoader(read), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    return environment.get_template(template).render(
        policy=policy(scripts, styles),
        styles=[Markup(style) for style in styles],  # noqa: S704
        scripts=[Markup(script) for script in scripts],  # noqa: S704
        data=Markup(script_json(data)),  # noqa: S704
        **shown,
    )


def script_of(name: str) -> str:
    """The text of one of the scripts."""
    return _text(f"scripts/{name}.js")


def policy(scripts: Sequence[str], styles: Sequence[str]) -> str:
    """A content security policy that allows these texts between their tags, and nothing else.

    >>> policy(["run()"], [])
    "default-src 'none'; script-src 'sha256-AvyuiL0SD1mVY3NNxR+V2uo+lhk6RMFrytWmRt6CrJQ='; \
style-src 'none'; base-uri 'none'; form-action 'none'"
    """
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src {_hashes(scripts)}",
            f"style-src {_hashes(styles)}",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )


def _hashes(texts: Sequence[str]) -> str:
    return " ".join(f"'sha256-{_hash(text)}'" for text in texts) or "'none'"


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def _text(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")
