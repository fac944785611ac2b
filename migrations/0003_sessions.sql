-- Sessions, and the links with which an owner disputes a change.

-- Signed-in browsers. The cookie holds a random token, the row its digest.
create table sessions (
    id text primary key not null,
    user_id text not null references users (id) on delete cascade,
    -- SHA-256 of the cookie's token
    token_digest text unique not null,
    -- the address that signed in
    ip text not null,
    -- the browser that signed in
    user_agent text not null,
    created_at bigint not null,
    -- the last request, written at intervals
    last_seen_at bigint not null,
    expires_at bigint not null,
    -- for a session that may only change the password: when that password was set, so that another password
    -- ends the session's use; null for every other session
    must_change bigint,
    -- after how many seconds without a request it is over: 14 days, or what the application's refresh token has
    idle_seconds bigint not null
);
create index sessions_by_user on sessions (user_id);
create index sessions_by_expiry on sessions (expires_at);

-- "This wasn't me": one link per notice, valid for ten days and for the change that the notice is about.
create table repudiations (
    id text primary key not null,
    user_id text not null references users (id) on delete cascade,
    -- SHA-256 of the link's token
    token_digest text unique not null,
    -- when the password that the link disables was set; a later one is left alone
    password_changed_at bigint not null,
    -- the identifier that the change was proved with, so that recovery starts over another one
    proved_by text,
    -- the browser that made the change, as the notice shows it
    device text not null,
    -- the address before the change, with its kind ("email:" if there was none); null if only the password
    -- changed
    address text,
    -- the address that the notice was sent to, with its kind
    sent_to text,
    -- the address that the change added to the account, with its kind; null if it added none
    placed text,
    created_at bigint not null,
    expires_at bigint not null,
    -- when it was used
    used_at bigint,
    -- when a later change ended it, unused
    ended_at bigint
);
create index repudiations_by_expiry on repudiations (expires_at);
create index repudiations_by_user on repudiations (user_id);
