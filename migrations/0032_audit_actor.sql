-- Operators look for what a key did. What a fact is about is another thing: the key that was made, not the one that made it.

-- the key or application of the machine that asked; null for people
alter table audit_log add column actor text;
drop index audit_log_by_about;
create index audit_log_by_actor on audit_log (actor, created_at);

drop view log_entries;
create view log_entries as
    select id, key, event, result, user_id, app_id, about, ip, user_agent, created_at,
        cast(null as text) as body, cast(null as bigint) as status, cast(null as text) as answer, actor
    from audit_log
    union all
    select id, cast('TriggerHook.' || event as text), cast('trigger_hook' as text),
        cast(case state when 'delivered' then 'success' else 'hook.' || state end as text),
        user_id, cast(null as text), hook_id, cast('' as text), cast('' as text), created_at, body, status, answer, cast(null as text)
    from hook_deliveries where attempts > 0;
