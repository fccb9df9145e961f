"""The table of a ledger."""

from collections.abc import Mapping, Sequence
from typing import Any

from convcli.cli.report import Column, Table
from convcli.inspection.ledger import Ledger
from convcli.views.sentences.numbers import number_text, place_text

COLUMNS = (
    Column("k"),
    *map(Column, ("weight_index", "pixel")),
    Column("byte", numeric=True),
    *(Column(key, numeric=True) for key in ("value", "weight", "product", "running_sum")),
)
Row = dict[str, Any]


def terms_table(ledger: Ledger, most: int, title: str = "") -> Table:
    """So many terms, a row for all that follow, and the bias."""
    listed, rest = ledger.terms[:most], ledger.terms[most:]
    rows = [_written(term._asdict()) for term in listed]
    if rest:
        product = sum(term.product for term in rest)
        rows.append(_closing("rest", product, rest[-1].running_sum))
    rows.append(_closing("bias", ledger.bias, ledger.sum))
    has_bytes = any(term.byte is not None for term in ledger.terms)
    columns = [column for column in COLUMNS if has_bytes or column.key != "byte"]
    return Table(columns, rows, title, faint=_is_set_aside)


def terms_of_json(ledger: Ledger) -> dict[str, Any]:
    """The same for programs, with every term."""
    return {
        "layer": ledger.layer,
        "source": ledger.source,
        "terms": [term._asdict() for term in ledger.terms],
        "bias": ledger.bias,
        "sum": ledger.sum,
        "engine": ledger.engine,
        "difference": ledger.difference,
    }


def _written(term: Mapping[str, Any]) -> Row:
    numbers = {key: number_text(term[key]) for key in ("value", "weight", "running_sum")}
    product = number_text(term["product"]) if term["product"] else "(0)"
    padding = " padding" if term["padding"] else ""
    return {
        "k": term["k"],
        "weight_index": place_text(term["weight_index"]),
        "pixel": place_text(term["pixel"]) + padding,
        "byte": term["byte"],
        **numbers,
        "product": product,
    }


def _closing(name: str, product: float, total: float) -> Row:
    empty: Sequence[str] = ("weight_index", "pixel", "byte", "value", "weight")
    numbers = {"product": number_text(product), "running_sum": number_text(total)}
    return {"k": name, **dict.fromkeys(empty), **numbers}


def _is_set_aside(row: Mapping[str, Any]) -> bool:
    return bool(row["product"] == "(0)")
