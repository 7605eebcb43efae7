"""One door to every engine: a file's bytes in, its sheets out, or a message that says what to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module

from analysis.exports.grid import Source, Unreadable, Workbook
from analysis.exports.messages import DAMAGED, TOO_LARGE
from analysis.exports.sniff import sniff

READERS: Mapping[str, tuple[str, str]] = {  # module and function; a reader is imported when a file needs it
    "xlsx": ("xlsx", "read_xlsx"), "xlsm": ("xlsx", "read_xlsx"), "xlsb": ("xlsb", "read_xlsb"),
    "xls": ("xls", "read_xls"), "ods": ("ods", "read_ods"), "xml2003": ("spreadsheetml", "read_spreadsheetml"),
    "csv": ("text", "read_text"), "html": ("webpage", "read_html"), "mhtml": ("webpage", "read_mhtml"),
}


def open_workbook(source: Source) -> Workbook:
    """Read every sheet of one file.

    Parameters
    ----------
    source : the file; its kind is found by content where it is not given.

    Returns
    -------
    Workbook : the sheets in the file's order; a row's place in `rows` is its number in Excel less one.

    Raises
    ------
    Unreadable : encrypted, damaged, too large or no table; the message (Chinese) says what to do and quotes no cell.
    """
    kind = source.kind or _kind(source)
    try:
        return _reader(kind)(source)
    except Unreadable:
        raise
    except (MemoryError, RecursionError) as error:
        raise Unreadable(TOO_LARGE) from error
    except Exception as error:  # whatever a damaged file makes a reader stumble over is this file's finding
        raise Unreadable(DAMAGED) from error


def _reader(kind: str) -> Callable[[Source], Workbook]:
    module, function = READERS[kind]
    reader: Callable[[Source], Workbook] = getattr(import_module(f"analysis.exports.{module}"), function)
    return reader


def _kind(source: Source) -> str:
    verdict = sniff(source.path, source.content)
    if verdict.status != "read":
        raise Unreadable(verdict.message or DAMAGED)
    return verdict.kind
