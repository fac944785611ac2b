-- What apps ask on behalf of a person who is still on the way. It names nobody before its end.
create table authorization_requests (
    id text primary key not null,
    app_id text not null,
    -- pushed (by the app, unread by a browser), open, done
    state text not null,
    -- JSON; of a pushed one the parameters, of an open one what was read from them
    asked text not null,
    -- who agreed to it on the consent page
    consented_by text,
    created_at bigint not null,
    expires_at bigint not null
);
create index authorization_requests_by_expiry on authorization_requests (expires_at);

-- What a person agreed to let a third party's app know.
create table consents (
    user_id text not null references users (id) on delete cascade,
    app_id text not null,
    -- words with spaces between
    scope text not null,
    updated_at bigint not null,
    primary key (user_id, app_id)
);
create index consents_by_app on consents (app_id);

-- One sign-in of one person into one app. Ending it ends every code and token below it.
create table grants (
    id text primary key not null,
    user_id text not null references users (id) on delete cascade,
    app_id text not null,
    -- the session it began in, which may have ended since
    session_id text not null,
    scope text not null,
    -- indicators with spaces between
    resources text not null,
    auth_at bigint not null,
    created_at bigint not null,
    expires_at bigint not null
);
create index grants_by_user on grants (user_id);
create index grants_by_session on grants (session_id);
create index grants_by_app on grants (app_id);
create index grants_by_expiry on grants (expires_at);

create table authorization_codes (
    -- SHA-256 of 256 random bits
    digest text primary key not null,
    grant_id text not null references grants (id) on delete cascade,
    redirect_uri text not null,
    code_challenge text,
    nonce text,
    expires_at bigint not null,
    -- kept after use: a second use ends what the first one gave
    used_at bigint
);
create index authorization_codes_by_grant on authorization_codes (grant_id);
create index authorization_codes_by_expiry on authorization_codes (expires_at);

create table access_tokens (
    digest text primary key not null,
    -- null for a machine's own
    grant_id text references grants (id) on delete cascade,
    app_id text not null,
    scope text not null,
    created_at bigint not null,
    expires_at bigint not null
);
create index access_tokens_by_grant on access_tokens (grant_id);
create index access_tokens_by_expiry on access_tokens (expires_at);

create table refresh_tokens (
    digest text primary key not null,
    grant_id text not null references grants (id) on delete cascade,
    created_at bigint not null,
    expires_at bigint not null,
    -- kept after use: a second use, but for a lost answer, ends the grant
    used_at bigint
);
create index refresh_tokens_by_grant on refresh_tokens (grant_id);
create index refresh_tokens_by_expiry on refresh_tokens (expires_at);

-- Apps that must hear that a session ended, written in the transaction that ended it.
create table logouts (
    id text primary key not null,
    app_id text not null,
    user_id text not null,
    session_id text not null,
    attempts bigint not null,
    -- from when it may be claimed; a claim moves it forward
    next_at bigint not null,
    expires_at bigint not null
);
create index logouts_by_turn on logouts (next_at);
