"""The file that ``convcli explore`` writes: where it goes, and how large it may be."""

from pathlib import Path

from convcli.cli import inputs, options
from convcli.cli.folder import PictureFolder
from convcli.errors import ConvcliError, UsageError
from convcli.inspection.cost import page_bytes
from convcli.network.layers import Convolution

MOST_BYTES = 24 * 10**6
"""Of a page; a browser opens it in about a second."""


def page_place(out: Path | None, slug: str) -> tuple[PictureFolder, str]:
    """The folder and the name of the page.

    Args:
        out: What ``--out`` says: the page's file or its folder.
        slug: Of the image, for the folder's name where the user asked for none.

    Raises:
        OutputError: The folder cannot be written.
    """
    name, directory = "explore.html", out
    if out is not None and out.suffix.lower() in (".html", ".htm"):
        name, directory = out.name, out.parent
    return PictureFolder(f"explore-{slug}", directory, no_figures=False), name


def require_small(opened: inputs.OpenedNetwork, with_drawing: bool) -> None:
    """Refuse a page that would be too large, before anything is computed.

    Raises:
        UsageError: The size that the user gave makes it so.
        ConvcliError: The network does.
    """
    size = page_bytes(opened.network, with_drawing)
    if size <= MOST_BYTES:
        return
    message = (
        f"{opened.name}: a page with every number would take up to {size / 1e6:,.0f} MB, "
        f"and {MOST_BYTES / 1e6:.0f} MB are the most"
    )
    if options.was_given("input_size"):
        raise UsageError(message, "take a smaller --input-size")
    if with_drawing and page_bytes(opened.network, with_drawing=False) <= MOST_BYTES:
        raise ConvcliError(message, "leave out what only drawing needs, with --no-draw")
    raise ConvcliError(message, "give a smaller network")


def first_layer(opened: inputs.OpenedNetwork, name: str | None) -> Convolution | None:
    """The convolution that the page shows first; None where the network has none.

    Raises:
        UsageError: There is none of that name.
        ParameterError: One was named and the network has none.
    """
    if name is None and not opened.network.convolutions:
        return None
    return opened.convolution(name)


def open_in_browser(path: Path) -> None:
    """Show the page, which is there, in the user's browser."""
    import webbrowser

    webbrowser.open(path.resolve().as_uri())
