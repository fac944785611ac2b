-- Messages on their way, written in the transaction of the fact they speak of. The payload holds live codes: it is sealed
-- with a key kept outside the database and emptied when the message is done.
create table outbox (
    id text primary key not null,
    sealed text not null,
    -- pending, sent, dropped (a decoy), expired, failed
    state text not null,
    attempts bigint not null,
    -- from when it may be claimed; a claim moves it forward, so a crashed sender's message comes back
    next_at bigint not null,
    -- after this it is not delivered any more
    expires_at bigint not null,
    created_at bigint not null,
    done_at bigint
);
create index outbox_by_turn on outbox (state, next_at);
create index outbox_by_age on outbox (done_at);
