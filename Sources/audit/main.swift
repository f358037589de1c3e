import AuditCLI
