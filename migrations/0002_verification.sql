-- Verification: requests and the codes and links that they send, the codes of operators' own applications,
-- the proofs of signed-in users, and one-time tokens.

-- A request exists for every well-formed identifier, whether or not an account has it.
create table recovery_requests (
    id text primary key not null,
    -- the account; null for a decoy, and for a new account
    user_id text references users (id) on delete cascade,
    -- what limits count by and what a newer request replaces: the account's id, or the identifier of a decoy
    subject text not null,
    -- kind and canonical identifier, as requested
    identifier text not null,
    -- the application that the user comes from
    app_id text,
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
    -- code, link, number
    verified_by text,
    -- SHA-256 of the one token that may use the verified request
    grant_digest text,
    -- when that token expires
    grant_expires_at bigint,
    -- forgot_password, sign_in, register; the grant is valid for that and nothing else
    event text not null default 'forgot_password',
    -- true if it does the same work as a real one and can never be verified
    is_decoy boolean not null default false,
    -- true if address and code verify it, without the browser that requested it
    by_address boolean not null default false
);
create index recovery_requests_by_subject on recovery_requests (subject, state);
create index recovery_requests_by_age on recovery_requests (created_at);
create index recovery_requests_by_user on recovery_requests (user_id);
create index recovery_requests_by_identifier on recovery_requests (identifier, event, app_id);

-- One row per message. The newest delivered code of an address and event works for any open request for them.
create table recovery_codes (
    id text primary key not null,
    -- the request that sent it
    request_id text not null references recovery_requests (id) on delete cascade,
    -- HMAC under a key that is never in the database
    code_digest text not null,
    -- SHA-256 of 256 random bits
    link_digest text unique not null,
    -- when the code expires
    code_expires_at bigint not null,
    -- when the link expires
    link_expires_at bigint not null,
    -- when a connector accepted the message, or would have accepted a decoy's; null until then
    delivered_at bigint,
    -- whether the code or the link was used
    is_used boolean not null default false,
    -- whether what it was sent for (the password, the address, the account's state) has changed since
    is_revoked boolean not null default false
);
create index recovery_codes_by_request on recovery_codes (request_id);

-- Codes that operators' own applications request over the Management API. The newest delivered one of an
-- address works.
create table verification_codes (
    -- also an input of the digest
    id text primary key not null,
    -- kind and canonical address
    identifier text not null,
    -- HMAC under a key that is never in the database
    code_digest text not null,
    -- codes checked so far
    tries bigint not null,
    expires_at bigint not null,
    -- when a connector accepted the message; null until then
    delivered_at bigint
);
create index verification_codes_by_identifier on verification_codes (identifier, id);
create index verification_codes_by_end on verification_codes (expires_at);

-- What a signed-in user proved in the last ten minutes: that they own the account, or that a new address is
-- theirs.
create table verification_records (
    id text primary key not null,
    user_id text not null references users (id) on delete cascade,
    -- permission: may change what needs a proof; new_address: the account may get this address
    purpose text not null,
    -- the address that a code was sent to, with its kind; null if the password was the proof
    identifier text,
    -- HMAC of the code under a key that is never in the database; null if the password was the proof
    code_digest text,
    -- when the code expires
    code_expires_at bigint not null,
    -- codes checked so far
    tries bigint not null,
    -- when the password that was the proof was set, 0 if that is unknown: a new password ends the record
    password_changed_at bigint,
    created_at bigint not null,
    expires_at bigint not null,
    -- when it was verified
    verified_at bigint,
    -- when it was used to set a new address
    used_at bigint
);
create index verification_records_by_user on verification_records (user_id, identifier);
create index verification_records_by_end on verification_records (expires_at);

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
