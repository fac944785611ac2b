-- Tokens with which an operator's own message brings somebody back in: the right to choose a new password for one address, once.
create table one_time_tokens (
    id text primary key not null,
    -- as the operator wrote it
    email text not null,
    -- kind and canonical address: who redeems must name the same
    identifier text not null,
    -- SHA-256 of 256 random bits
    token_digest text unique not null,
    -- forgot_password, sign_in, register; null for any of them
    event text,
    -- the key that asked for it
    created_by text not null,
    created_at bigint not null,
    expires_at bigint not null,
    consumed_at bigint
);
create index one_time_tokens_by_end on one_time_tokens (expires_at);
