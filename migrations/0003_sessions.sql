-- Signed-in browsers. The cookie holds a token, the row its digest.
create table sessions (
    id text primary key not null,
    user_id text not null references users (id) on delete cascade,
    token_digest text unique not null,
    ip text not null,
    user_agent text not null,
    created_at bigint not null,
    last_seen_at bigint not null,
    expires_at bigint not null
);
create index sessions_by_user on sessions (user_id);
create index sessions_by_expiry on sessions (expires_at);

-- "This wasn't me": one single-purpose link for each notice, good for ten days.
create table repudiations (
    id text primary key not null,
    user_id text not null references users (id) on delete cascade,
    token_digest text unique not null,
    -- the change it speaks of; a later change is left alone
    password_changed_at bigint not null,
    -- the identifier the change was proved with, so that recovery starts over another one
    proved_by text,
    device text not null,
    created_at bigint not null,
    expires_at bigint not null,
    used_at bigint
);
create index repudiations_by_expiry on repudiations (expires_at);
