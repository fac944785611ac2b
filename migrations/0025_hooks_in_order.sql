-- Where the last fact about a person stands in the queue of every hook that hears of it. Whoever adds one holds the row until their transaction
-- ends, so that places are visible in their own order. A place is at least the moment, in milliseconds, so that a row may be forgotten.
create table hook_places (
    user_id text primary key not null,
    place bigint not null
);
create index hook_places_by_place on hook_places (place);

-- Only what still waits is ever looked at by person.
drop index hook_deliveries_by_person;
create index hook_deliveries_by_person on hook_deliveries (hook_id, user_id, place) where state = 'pending';

-- The name of an entry in the Management API; where it has none, the event.
alter table audit_log add column key text not null default '';
update audit_log set key = case event
    when 'password_reset_init' then 'Interaction.ForgotPassword.Create'
    when 'password_reset_verify' then 'Interaction.ForgotPassword.Identifier.Submit'
    when 'password_reset' then 'Interaction.ForgotPassword.Submit'
    when 'sign_in_init' then 'Interaction.SignIn.Create'
    when 'sign_in_verify' then 'Interaction.SignIn.Identifier.Submit'
    when 'sign_in' then 'Interaction.SignIn.Submit'
    when 'sign_up_init' then 'Interaction.Register.Create'
    when 'sign_up_verify' then 'Interaction.Register.Identifier.Submit'
    when 'sign_up' then 'Interaction.Register.Submit'
    when 'app_sign_in' then 'Interaction.End'
    when 'grant_end' then 'RevokeToken'
    else event end;
create index audit_log_by_key on audit_log (key, created_at);

-- What happened, with what hooks were told of it: one entry for each delivery that was tried. Every column is cast to the type of its other half, or
-- SQLite would put the halves together before it looks at either.
create index hook_deliveries_by_user on hook_deliveries (user_id, created_at);
create index hook_deliveries_by_key on hook_deliveries (cast('TriggerHook.' || event as text), created_at);
create view log_entries as
    select id, key, event, result, user_id, app_id, about, ip, user_agent, created_at,
        cast(null as text) as body, cast(null as bigint) as status, cast(null as text) as answer
    from audit_log
    union all
    select id, cast('TriggerHook.' || event as text), cast('trigger_hook' as text),
        cast(case state when 'delivered' then 'success' else 'hook.' || state end as text),
        user_id, cast(null as text), hook_id, cast('' as text), cast('' as text), created_at, body, status, answer
    from hook_deliveries where attempts > 0;
