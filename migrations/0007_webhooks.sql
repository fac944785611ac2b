-- Webhooks, their deliveries, and the order of the deliveries about one user.

-- Systems of the operator that are notified of events.
create table hooks (
    id text primary key not null,
    -- the operator's name for it
    name text not null,
    -- names of events, as a JSON list
    events text not null,
    -- URL, headers and signing keys, as JSON, sealed with a key that is never in the database
    sealed text not null,
    is_enabled boolean not null,
    -- deliveries given up since the last successful one
    failures bigint not null,
    created_at bigint not null
);

-- One row per event and webhook, written in the transaction of the event.
create table hook_deliveries (
    -- the receiver's webhook-id, the same at every attempt
    id text primary key not null,
    -- the webhook. No foreign key: an event must not wait for, or fail by, the deletion of a webhook
    hook_id text not null,
    -- the event's name
    event text not null,
    -- the user it is about: for one webhook and user, a later delivery waits for an earlier one
    user_id text,
    -- the sequence number of that order
    place bigint not null,
    -- the X-Request-Id of the HTTP request that caused it, for the log; it proves nothing. Null if none did
    request_id text,
    -- the exact bytes that are sent and signed
    body text not null,
    -- pending, delivered, failed
    state text not null,
    -- deliveries tried so far
    attempts bigint not null,
    -- from when it may be claimed; a claim moves it forward, so that the claim of a crashed sender lapses
    next_at bigint not null,
    -- the status of the last response
    status bigint,
    -- the beginning of its text, or why there was no response
    answer text,
    created_at bigint not null,
    -- when it was delivered or given up
    done_at bigint
);
create index hook_deliveries_by_turn on hook_deliveries (hook_id, state, next_at);
create index hook_deliveries_by_hook on hook_deliveries (hook_id, created_at);
create index hook_deliveries_by_age on hook_deliveries (created_at);
create index hook_deliveries_by_person on hook_deliveries (hook_id, user_id, place) where state = 'pending';
-- These two are for the log, which shows deliveries together with the audit log.
create index hook_deliveries_by_user on hook_deliveries (user_id, created_at);
create index hook_deliveries_by_key on hook_deliveries (cast('TriggerHook.' || event as text), created_at);

-- The last sequence number per user. A transaction that adds an event holds the row until it ends, so that
-- sequence numbers become visible in their order.
create table hook_places (
    user_id text primary key not null,
    -- at least the current time in milliseconds, so that the row may be deleted
    place bigint not null
);
create index hook_places_by_place on hook_places (place);
