"""Diff before sync: make a plan, choose, apply, verify (sync.md).

Where the faces look: the parts are in `plans` (what a plan is), `planning` (making one) and
`applying` (carrying it out).
"""

from __future__ import annotations

from keydeck.services.applying import apply
from keydeck.services.planning import default_choices, details, diff_code, make_plan
from keydeck.services.plans import Choices, Detail, Plan, Report, Result, Row, worst

__all__ = [
    "Choices",
    "Detail",
    "Plan",
    "Report",
    "Result",
    "Row",
    "apply",
    "default_choices",
    "details",
    "diff_code",
    "make_plan",
    "worst",
]
