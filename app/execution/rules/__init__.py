"""Rules of execution, by subject: projects, the ledger, changes of what was promised, evaluation."""
