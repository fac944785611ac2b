-- Applications, their secrets and stored responses, and the keys of API clients.

create table applications (
    id text primary key not null,
    -- redirect URIs, grant types, permissions and names, as JSON
    document text not null,
    updated_at bigint not null
);

-- Secrets of confidential applications. Several may be valid at once, so that one can be replaced without
-- downtime.
create table application_secrets (
    id text primary key not null,
    app_id text not null,
    -- the operator's name for it; 'bootstrap' is the one of the bootstrap file
    name text not null,
    -- HMAC under a key that is never in the database
    digest text not null,
    -- the name of the secret key that the digest was made with, which reveals nothing of the key; null if it
    -- had none. With another secret key the digest is made anew when the application next authenticates
    key_id text,
    created_at bigint not null,
    -- null if it does not expire
    expires_at bigint,
    unique (app_id, name)
);

-- Keys of API clients. Only the holder knows the token itself.
create table api_keys (
    id text primary key not null,
    -- names of roles, separated by spaces
    roles text not null,
    -- SHA-256 of the token
    token_digest text unique not null,
    -- what it is for, in the operator's words
    description text not null default '',
    -- the one application that it may act for; null for all
    app_id text,
    created_at bigint not null,
    -- when it was disabled, permanently
    disabled_at bigint
);
create index api_keys_by_app on api_keys (app_id);

-- Responses to calls with an Idempotency-Key, for the case that one is lost and the application repeats its
-- call.
create table replies (
    -- keyed digest of the application, the endpoint and the key that the application chose
    id text primary key not null,
    -- keyed digest of the request; a different request with the same key is refused
    asked text not null,
    -- sealed; null while the first call is running
    answer text,
    created_at bigint not null,
    expires_at bigint not null
);
create index replies_by_end on replies (expires_at);
