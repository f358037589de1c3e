import AuditCLI

#if canImport(Glibc)
  import Glibc
#endif

exit(runAudit(arguments: Array(CommandLine.arguments.dropFirst())))
