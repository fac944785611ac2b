-- The audit log: what happened, to whom, from where. Never a secret, never what a user typed.
create table audit_log (
    id text primary key not null,
    -- the event's stable name
    event text not null,
    -- its name in the Management API; the event's if it has none there
    key text not null default '',
    -- success, or the code of the refusal
    result text not null,
    -- the user, if known
    user_id text,
    -- the application that the request was made for
    app_id text,
    -- the request, session or key that it belongs to
    about text,
    -- the API key or application that made the request; null for users
    actor text,
    -- JSON: what was changed (path, before, after), read or tried; never a secret, never a user's address
    details text,
    -- the address of the caller
    ip text not null,
    -- the browser of the caller
    user_agent text not null,
    created_at bigint not null,
    -- what makes the refusals of an hour one entry, so that a flood does not fill the disk: event, result,
    -- user, application, actor, network and hour; null for an entry of its own
    repeat_key text,
    -- how many refusals it counts; in a flood it is written at each doubling
    occurrences bigint not null default 1
);
create index audit_log_by_time on audit_log (created_at);
create index audit_log_by_user on audit_log (user_id, created_at);
create index audit_log_by_app on audit_log (app_id, created_at);
create index audit_log_by_event on audit_log (event, created_at);
create index audit_log_by_key on audit_log (key, created_at);
create index audit_log_by_actor on audit_log (actor, created_at);
create unique index audit_log_by_repeat on audit_log (repeat_key);

-- The audit log together with the webhook deliveries that were tried. Every column is cast to the type of its
-- other half, or SQLite would materialise the union before it applies a condition.
create view log_entries as
    select id, key, event, result, user_id, app_id, about, ip, user_agent, created_at,
        cast(null as text) as body, cast(null as bigint) as status, cast(null as text) as answer, actor, occurrences, details
    from audit_log
    union all
    select id, cast('TriggerHook.' || event as text), cast('trigger_hook' as text),
        cast(case state when 'delivered' then 'success' else 'hook.' || state end as text),
        user_id, cast(null as text), hook_id, cast('' as text), cast('' as text), created_at, body, status, answer, cast(null as text),
        cast(1 as bigint), cast(null as text)
    from hook_deliveries where attempts > 0;
