-- The words of messages that operators set at run time. Where there are none, the built-in ones go out.
create table message_templates (
    id text primary key not null,
    -- email, sms
    channel text not null,
    -- SignIn, Register, ForgotPassword … as the APIs name them
    template_type text not null,
    -- a BCP 47 tag in lower case, which is how it is looked up
    language_tag text not null,
    -- empty for the usual one
    variant text not null,
    -- JSON: subject, content, contentType, text, html, replyTo, sendFrom
    details text not null,
    created_at bigint not null,
    unique (channel, template_type, language_tag, variant)
);

-- Codes that an operator's own application asks for: the newest of each address.
create table verification_codes (
    -- kind and canonical address
    identifier text primary key not null,
    -- mixed into the digest
    id text unique not null,
    -- HMAC under a key kept outside the database
    code_digest text not null,
    -- codes compared so far
    tries bigint not null,
    expires_at bigint not null
);
create index verification_codes_by_end on verification_codes (expires_at);

-- when an operator took the token back
alter table one_time_tokens add column revoked_at bigint;
create index one_time_tokens_by_identifier on one_time_tokens (identifier);
create index one_time_tokens_by_age on one_time_tokens (created_at);
