-- Recovery requests and the codes they sent. A request exists for every well-formed identifier; user_id is null for a decoy.
create table recovery_requests (
    id text primary key not null,
    user_id text references users (id) on delete cascade,
    -- what budgets and replacement count against: the account's id, or the identifier of a decoy
    subject text not null,
    -- kind and canonical identifier, as asked for
    identifier text not null,
    app_id text,
    -- requested, verified, completed, superseded, exhausted, cancelled
    state text not null,
    -- codes checked so far; survives a resend
    tries bigint not null,
    -- two digits that join the waiting window and the page of the link
    number bigint not null,
    sends bigint not null,
    resend_at bigint not null,
    created_at bigint not null,
    -- code, link, number
    verified_by text,
    -- digest of the one token that may set a password
    grant_digest text,
    grant_expires_at bigint
);
create index recovery_requests_by_subject on recovery_requests (subject, state);
create index recovery_requests_by_age on recovery_requests (created_at);

create table recovery_codes (
    id text primary key not null,
    request_id text not null references recovery_requests (id) on delete cascade,
    -- HMAC under a key kept outside the database
    code_digest text not null,
    -- SHA-256 of 256 random bits
    link_digest text unique not null,
    code_expires_at bigint not null,
    link_expires_at bigint not null,
    -- false once a newer message replaced it
    is_current boolean not null
);
create index recovery_codes_by_request on recovery_codes (request_id);
