"""Reads the reports of the fairness audit workbench; see :func:`load`."""

from .report import AuditReport, ReportError, load
from .tables import original_cell, read_csv

__all__ = ["AuditReport", "ReportError", "load", "original_cell", "read_csv"]
__version__ = "0.1.0"
