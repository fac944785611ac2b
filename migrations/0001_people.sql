-- People. One row an account; every identifier is verified when it is here.
-- Types are those that both engines share: text, bigint (moments: unix milliseconds), boolean.
create table users (
    -- twelve lower-case letters and digits, time-ordered
    id text primary key not null,
    -- as written, shown to the person
    username text,
    -- folded, looked up
    username_key text unique,
    -- as written; mail goes here, never to what somebody typed
    email text,
    -- canonical, looked up
    email_key text unique,
    -- digits with the country code
    phone text unique,
    name text,
    locale text,
    -- PHC string; null when there is no password
    password_digest text,
    password_changed_at bigint,
    -- set by "this wasn't me": the password does not sign in until it is reset
    password_frozen_at bigint,
    is_suspended boolean not null,
    last_sign_in_at bigint,
    created_at bigint not null,
    updated_at bigint not null
);
