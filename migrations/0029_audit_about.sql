-- Operators look for what a key did, or what became of a request.
create index audit_log_by_about on audit_log (about, created_at);
