-- Systems of the operator that want to hear what happened here.
create table hooks (
    id text primary key not null,
    name text not null,
    -- names of events, as a JSON list
    events text not null,
    -- address, headers and signing keys, as JSON, sealed with a key kept outside the database
    sealed text not null,
    is_enabled boolean not null,
    -- deliveries that were given up since the last one that arrived
    failures bigint not null,
    created_at bigint not null
);

-- One row an event and hook, written in the transaction of the fact. A claim moves it forward, so a crashed sender's comes back.
create table hook_deliveries (
    -- what the receiver sees as webhook-id, the same on every try
    id text primary key not null,
    hook_id text not null references hooks (id) on delete cascade,
    event text not null,
    -- whom it is about: of one hook and one person, a later one waits for an earlier one
    user_id text,
    -- counts up for each hook and person
    place bigint not null,
    -- the exact bytes that are sent and signed
    body text not null,
    -- pending, delivered, failed
    state text not null,
    attempts bigint not null,
    next_at bigint not null,
    -- what the receiver answered last: a status and the beginning of the text, or why there was no answer
    status bigint,
    answer text,
    created_at bigint not null,
    done_at bigint
);
create index hook_deliveries_by_turn on hook_deliveries (hook_id, state, next_at);
create index hook_deliveries_by_person on hook_deliveries (hook_id, user_id, place);
create index hook_deliveries_by_hook on hook_deliveries (hook_id, created_at);
create index hook_deliveries_by_age on hook_deliveries (created_at);
