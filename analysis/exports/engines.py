"""One door to every engine: a file's bytes in, its sheets out, or a message that says what to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from analysis.exports.grid import Source, Unreadable, Workbook
from analysis.exports.messages import DAMAGED, TOO_LARGE
from analysis.exports.ods import read_ods
from analysis.exports.sniff import sniff
from analysis.exports.spreadsheetml import read_spreadsheetml
from analysis.exports.text import read_text
from analysis.exports.webpage import read_html, read_mhtml
from analysis.exports.xls import read_xls
from analysis.exports.xlsb import read_xlsb
from analysis.exports.xlsx import read_xlsx

READERS: Mapping[str, Callable[[Source], Workbook]] = {
    "xlsx": read_xlsx, "xlsm": read_xlsx, "xlsb": read_xlsb, "xls": read_xls, "ods": read_ods,
    "xml2003": read_spreadsheetml, "csv": read_text, "html": read_html, "mhtml": read_mhtml,
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
        return READERS[kind](source)
    except Unreadable:
        raise
    except (MemoryError, RecursionError) as error:
        raise Unreadable(TOO_LARGE) from error
    except Exception as error:  # whatever a damaged file makes a reader stumble over is this file's finding
        raise Unreadable(DAMAGED) from error


def _kind(source: Source) -> str:
    verdict = sniff(source.path, source.content)
    if verdict.status != "read":
        raise Unreadable(verdict.message or DAMAGED)
    return verdict.kind
