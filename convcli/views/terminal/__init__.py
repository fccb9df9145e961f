"""What a terminal shows of a result: tables, and pictures in the cells of its letters."""

from convcli.views.terminal.pictures import Gallery
from convcli.views.terminal.tables import Column, table

__all__ = ["Column", "Gallery", "table"]
