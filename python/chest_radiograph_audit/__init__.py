"""Reads the reports of the fairness audit workbench; see :func:`load`."""

from .report import AuditReport, ReportError, load

__all__ = ["AuditReport", "ReportError", "load"]
__version__ = "0.1.0"
