"""Readers for the cluster tests: they do what a file says, and are imported by the workers."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

from analysis.exports.grid import Source, Unreadable


def behave(source: Source) -> object:
    """Answer, refuse, fail, hang, or kill the worker (`once:<file>`: only while that file is not there)."""
    word, _, rest = source.content.decode().partition(":")
    if word == "once" and not Path(rest).exists():
        Path(rest).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    if word == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if word == "hang":
        threading.Event().wait()
    if word == "refuse":
        raise Unreadable("请另存")
    if word == "fault":
        raise KeyError("张三 13800000000")
    if word == "unsendable":
        return threading.Lock()
    return word
