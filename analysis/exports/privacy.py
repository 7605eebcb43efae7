"""Personal data stops here: masks for free text and keyed hashes for persons (the key never leaves memory)."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache

from analysis.vocabulary import squeeze

MASK = "[号码已隐去]"
MASKED_ID = "1" + "*" * 10
_GAP = r"[\s\-‐-―－·.\u200b-\u200f\u2060\ufeff]*"  # blanks, joints, zero-width characters
_START, _END = r"(?<![0-9A-Za-z])", r"(?![0-9A-Za-z])"
_PHONE = re.compile(rf"(?<!\d)(?:\+?{_GAP}86{_GAP})?1{_GAP}[3-9](?:{_GAP}\d){{9}}(?!\d)")
_ID = re.compile(rf"(?<!\d)(?=(\d(?:{_GAP}\d){{16}}{_GAP}[\dXx])(?![\dA-Za-z]))")  # may overlap other digits
_OLD_ID = re.compile(r"(?<!\d)[1-9]\d{5}\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}(?!\d)")
_LANDLINE = re.compile(
    rf"(?<!\d)(?:\(?0\d{{2,3}}\)?{_GAP}[2-8]\d{{3}}{_GAP}\d{{3,4}}|(?<=电话)[:：\s]*[2-8]\d{{3}}{_GAP}\d{{3,4}})(?!\d)"
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"


def is_id_number(text: str) -> bool:
    """Eighteen characters whose last is the check character of GB 11643-1999."""
    digits = re.sub(r"[^\dXx]", "", text).upper()
    return (
        len(digits) == 18
        and digits[:17].isdigit()
        and (_CHECK[sum(int(d) * w for d, w in zip(digits, _WEIGHTS, strict=False)) % 11] == digits[17])
    )


@lru_cache(1 << 15, typed=True)  # in this process alone
def mask(cell: object) -> object:
    """A cell whose phone and ID numbers (also spaced or full-width) are masked; other cells as they are."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return MASK if _personal_number(cell) else cell
    if not isinstance(cell, str) or type(cell) is not str:
        return cell
    text = unicodedata.normalize("NFKC", cell)
    masked = text
    for m in reversed([m for m in _ID.finditer(text) if is_id_number(m.group(1))]):
        masked = masked[: m.start(1)] + MASK + masked[m.end(1) :]
    masked = _LANDLINE.sub(MASK, _PHONE.sub(MASK, masked))
    masked = _OLD_ID.sub(MASK, masked)
    return cell if masked == text else masked


def _personal_number(number: float) -> bool:
    return 13_000_000_000 <= number < 20_000_000_000 and float(number).is_integer()


def mask_id(cell: object) -> object:
    """Record ids are exempt from masking unless they look like a mobile number or an ID number."""
    if isinstance(cell, int | float):
        return MASKED_ID if _personal_number(cell) else cell
    if isinstance(cell, str):
        if 11 < len(cell) < 18 and cell.isascii() and cell.isalnum():
            return cell
        text = squeeze(cell)
        bare = re.sub(r"[\s\-]", "", text)
        if re.fullmatch(r"(?:\+?86)?1[3-9]\d{9}", bare) or is_id_number(bare):
            return MASKED_ID
        if len(bare) > 18:
            return mask(cell)
    return cell


def person_hash(phone: object, id_number: object, name: object, key: bytes) -> str:
    """A keyed hash of the phone, else the ID number, else the name; '' if none is given."""
    for kind, cell in (("p", phone), ("i", id_number), ("n", name)):
        text = squeeze(str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell or "")).upper()
        if kind in "pi":
            text = re.sub(r"[^0-9X]", "", text)
        if text:
            return hashlib.blake2b((kind + text).encode(), key=key, digest_size=12).hexdigest()
    return ""
