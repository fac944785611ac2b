-- Verification: the requests that wait for a code or link, what was sent for them, and one-time tokens.

-- One engine sends and checks every code and link, so its requests are one table, whatever they are for. A request
-- exists for every well-formed identifier, whether or not an account has it.
create table verification_requests (
    id text primary key not null,
    -- reset, sign_in, sign_up, reauthenticate, new_address, external; what was verified is valid for that and
    -- nothing else
    purpose text not null,
    -- the account; null for a decoy, for sign-up, and for an address that an API client verifies
    user_id text references users (id) on delete cascade,
    -- what attempts are counted by: the account's id, or the identifier of a decoy
    subject text not null,
    -- kind and canonical identifier, as requested; empty if the password was the proof
    identifier text not null,
    -- the application that the user comes from
    app_id text,
    -- whether address and code verify it, because the caller keeps no cookie
    by_address boolean not null,
    -- whether it does the same work as a real one and can never be verified
    is_decoy boolean not null,
    -- requested, verified, completed, superseded, exhausted, cancelled
    state text not null,
    -- codes checked so far; a resend does not reset it
    tries bigint not null,
    -- two digits that connect the waiting window with the link's page
    number bigint not null,
    -- messages sent so far
    sends bigint not null,
    -- from when the next message may be sent
    resend_at bigint not null,
    created_at bigint not null,
    -- code, link, number, token, password
    verified_by text,
    -- SHA-256 of the one token that may use the verified request; null if the id and the user's own token are enough
    grant_digest text,
    -- when what was verified expires
    grant_expires_at bigint,
    -- of a reauthentication by password: when that password was set, 0 if that is unknown; a new one ends it
    password_changed_at bigint
);
create index verification_requests_by_subject on verification_requests (subject, state);
create index verification_requests_by_user on verification_requests (user_id, identifier);
create index verification_requests_by_identifier on verification_requests (identifier, purpose, app_id);
create index verification_requests_by_age on verification_requests (created_at);

-- One row per message. The newest delivered code of an address and purpose works for any open request for them.
create table verification_codes (
    -- also an input of the code's digest
    id text primary key not null,
    -- the request that sent it
    request_id text not null references verification_requests (id) on delete cascade,
    -- HMAC under a key that is never in the database
    code_digest text not null,
    -- SHA-256 of 256 random bits; null if the message has no link
    link_digest text unique,
    -- when the code expires; until the message is delivered, the latest moment at which it could
    code_expires_at bigint not null,
    -- when the link expires; until the message is delivered, the latest moment at which it could
    link_expires_at bigint not null,
    -- when a connector accepted the message, or would have accepted a decoy's; null until then
    delivered_at bigint,
    -- whether the code or the link was used
    is_used boolean not null,
    -- whether what it was sent for (the password, the address, the account's state) has changed since
    is_revoked boolean not null
);
create index verification_codes_by_request on verification_codes (request_id);

-- One-time tokens, with which an operator's own message brings a user back in: the right to choose a new
-- password, once.
create table one_time_tokens (
    id text primary key not null,
    -- as the operator wrote it
    email text not null,
    -- kind and canonical address; whoever redeems the token must name the same
    identifier text not null,
    -- SHA-256 of 256 random bits
    token_digest text unique not null,
    -- forgot_password, sign_in, register; null for any of them
    event text,
    -- the API key that created it
    created_by text not null,
    created_at bigint not null,
    expires_at bigint not null,
    -- when it was used
    consumed_at bigint,
    -- when an operator revoked it
    revoked_at bigint
);
create index one_time_tokens_by_end on one_time_tokens (expires_at);
create index one_time_tokens_by_identifier on one_time_tokens (identifier);
create index one_time_tokens_by_age on one_time_tokens (created_at);
