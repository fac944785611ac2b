-- The secrets with which confidential applications prove themselves. Several may be good at once, so that one can be
-- replaced without a pause.
create table application_secrets (
    id text primary key not null,
    app_id text not null,
    -- what operators call it; 'bootstrap' is the one that the bootstrap file says
    name text not null,
    -- HMAC under a key that is never in the database
    digest text not null,
    created_at bigint not null,
    -- from when it is no longer good; null for ever
    expires_at bigint,
    unique (app_id, name)
);
