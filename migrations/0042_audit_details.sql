-- Refusals for being over a limit are one entry a window, so that a flood does not fill the disk; and an entry says what it was about.

-- what makes the refusals of a window one entry: event, result, person, application, machine, network and hour; null for an entry of its own
alter table audit_log add column repeat_key text;
-- how many refusals it stands for; under a flood it is written at each doubling
alter table audit_log add column occurrences bigint not null default 1;
-- JSON: what was changed (path, before, after), or what was read or tried; never a secret, never an address of a person
alter table audit_log add column details text;
create unique index audit_log_by_repeat on audit_log (repeat_key);

drop view log_entries;
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

-- Sign-outs that no application heard of are swept, too.
create index logouts_by_end on logouts (expires_at);
