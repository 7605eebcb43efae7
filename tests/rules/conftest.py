"""Shows the compared ledgers when a rule test fails."""

import pytest

pytest.register_assert_rewrite("tests.rules.workbooks")
