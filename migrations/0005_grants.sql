-- OAuth and OpenID Connect: signing keys, authorization requests, consents, grants and their tokens, and
-- logouts.

-- A signing key is published before it signs and for a while afterwards, so that an application with a cached
-- list never meets a token whose key it does not know.
create table signing_keys (
    -- RFC 7638 thumbprint of the public key
    id text primary key not null,
    -- ES384, ES256
    alg text not null,
    -- the JWK, as JSON
    public_key text not null,
    -- PKCS#8, sealed with a key that is never in the database
    sealed text not null,
    -- from when it signs; of several the newest does
    signs_from bigint not null,
    -- from when it is not published any more; null for the newest
    retires_at bigint,
    created_at bigint not null
);

-- Authorization requests of users who are still signing in. A row names nobody until it is finished.
create table authorization_requests (
    id text primary key not null,
    app_id text not null,
    -- pushed (by the application, not opened in a browser yet), open, done
    state text not null,
    -- JSON: the parameters of a pushed request, what was read from them for an open one
    asked text not null,
    -- the user who agreed on the consent page
    consented_by text,
    created_at bigint not null,
    expires_at bigint not null
);
create index authorization_requests_by_expiry on authorization_requests (expires_at);

-- What a user allowed a third-party application to read.
create table consents (
    user_id text not null references users (id) on delete cascade,
    app_id text not null,
    -- scopes, separated by spaces
    scope text not null,
    updated_at bigint not null,
    primary key (user_id, app_id)
);
create index consents_by_app on consents (app_id);

-- One sign-in of one user to one application. Ending it ends every code and token issued from it.
create table grants (
    id text primary key not null,
    user_id text not null references users (id) on delete cascade,
    app_id text not null,
    -- the session it began in, which may have ended since
    session_id text not null,
    -- scopes, separated by spaces
    scope text not null,
    -- resource indicators, separated by spaces
    resources text not null,
    -- how the user signed in to an application of the SDK: password, otp, recovery; empty for one of OpenID
    -- Connect
    amr text not null default '',
    -- when the user signed in
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
    -- the token request must name the same
    redirect_uri text not null,
    -- of PKCE
    code_challenge text,
    -- copied into the ID token
    nonce text,
    expires_at bigint not null,
    -- kept after use: a second use ends what the first one was given
    used_at bigint
);
create index authorization_codes_by_grant on authorization_codes (grant_id);
create index authorization_codes_by_expiry on authorization_codes (expires_at);

create table access_tokens (
    -- SHA-256 of 256 random bits
    digest text primary key not null,
    -- null for an application's own token, without a user
    grant_id text references grants (id) on delete cascade,
    app_id text not null,
    -- scopes, separated by spaces
    scope text not null,
    created_at bigint not null,
    expires_at bigint not null
);
create index access_tokens_by_grant on access_tokens (grant_id);
create index access_tokens_by_expiry on access_tokens (expires_at);

create table refresh_tokens (
    -- SHA-256 of 256 random bits
    digest text primary key not null,
    grant_id text not null references grants (id) on delete cascade,
    -- digest of the token that it replaced; while none of a token's successors was used, the response may
    -- have been lost and the token is accepted again
    parent text not null default '',
    -- the token that replaced it, sealed, for the seconds in which that response may have been lost:
    -- repeating the request returns the same one; null again afterwards
    successor text,
    created_at bigint not null,
    expires_at bigint not null,
    -- kept after use: a second use ends the grant, unless the response was lost
    used_at bigint
);
create index refresh_tokens_by_grant on refresh_tokens (grant_id);
create index refresh_tokens_by_expiry on refresh_tokens (expires_at);
create index refresh_tokens_by_successor on refresh_tokens (used_at) where successor is not null;

-- Applications that must be notified that a session ended, written in the transaction that ended it.
create table logouts (
    -- the logout token's jti
    id text primary key not null,
    app_id text not null,
    user_id text not null,
    session_id text not null,
    -- deliveries tried so far
    attempts bigint not null,
    -- from when it may be claimed; a claim moves it forward, so that the claim of a crashed sender lapses
    next_at bigint not null,
    -- when delivery is given up
    expires_at bigint not null
);
create index logouts_by_turn on logouts (next_at);
create index logouts_by_end on logouts (expires_at);
