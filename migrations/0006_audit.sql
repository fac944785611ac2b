-- The audit log: what happened, to whom, from where. Never a secret, never what somebody typed.
create table audit_log (
    id text primary key not null,
    event text not null,
    -- success, or the code of the refusal
    result text not null,
    user_id text,
    app_id text,
    -- the recovery request or session it belongs to
    about text,
    ip text not null,
    user_agent text not null,
    created_at bigint not null
);
create index audit_log_by_time on audit_log (created_at);
create index audit_log_by_user on audit_log (user_id, created_at);
