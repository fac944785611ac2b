-- One engine sends and checks every code and link, so its requests stand in one table, whatever they are for. Rows live for minutes,
-- so those of before are let go.
drop table recovery_codes;
drop table recovery_requests;
drop table verification_records;
drop table verification_codes;

create table verification_requests (
    id text primary key not null,
    -- reset, sign_in, sign_up, reauthenticate, new_address, external: what it proves allows that and nothing else
    purpose text not null,
    -- the account; null for a decoy, for sign-up and for an address that an operator's program verifies
    user_id text references users (id) on delete cascade,
    -- what guesses are counted by: the account's id, or the identifier of nobody
    subject text not null,
    -- kind and canonical identifier, as asked for; empty when the password was the proof
    identifier text not null,
    app_id text,
    -- whether the address and the code together identify it, because the caller keeps no cookie
    by_address boolean not null,
    -- whether it does the same work as a real one and can never be verified
    is_decoy boolean not null,
    -- requested, verified, completed, superseded, exhausted, cancelled
    state text not null,
    -- codes checked so far; survives a resend
    tries bigint not null,
    -- two digits that join the waiting window and the page of the link
    number bigint not null,
    sends bigint not null,
    resend_at bigint not null,
    created_at bigint not null,
    -- code, link, number, token, password
    verified_by text,
    -- digest of the one token that may act for it; null where the id beside the user's own token is enough
    grant_digest text,
    -- until when what it proves is good
    grant_expires_at bigint,
    -- when the password was set that was the proof of a reauthentication, 0 when nobody knows: a new one ends it
    password_changed_at bigint
);
create index verification_requests_by_subject on verification_requests (subject, state);
create index verification_requests_by_user on verification_requests (user_id, identifier);
create index verification_requests_by_identifier on verification_requests (identifier, purpose, app_id);
create index verification_requests_by_age on verification_requests (created_at);

create table verification_codes (
    -- mixed into the code's digest
    id text primary key not null,
    request_id text not null references verification_requests (id) on delete cascade,
    -- HMAC under a key kept outside the database
    code_digest text not null,
    -- SHA-256 of 256 random bits; null where no link goes along
    link_digest text unique,
    code_expires_at bigint not null,
    link_expires_at bigint not null,
    -- when a connector took the message, or when a decoy's would have been taken; null while it is on its way
    delivered_at bigint,
    -- whether the code or the link opened something
    is_used boolean not null,
    -- whether what it was issued for (a password, an address, the account's standing) was changed or removed
    is_revoked boolean not null
);
create index verification_codes_by_request on verification_codes (request_id);
