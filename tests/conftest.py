"""No test touches the cache of the person who runs it."""

import os


def pytest_configure() -> None:
    """Processes that tests start inherit it."""
    os.environ["SUISHENXUE_CACHE"] = ""
