-- Messages: the outbox, the connectors that deliver it, and the operators' own texts.

-- Messages that are not delivered yet, written in the transaction of the event they are about.
create table outbox (
    id text primary key not null,
    -- recipient and contents, live codes among them, sealed with a key that is never in the database; emptied
    -- when done
    sealed text not null,
    -- the code in it, so that its delivery can be recorded; null without one
    code_id text,
    -- the X-Request-Id of the HTTP request that caused it, for the log; it proves nothing. Null if none did
    request_id text,
    -- pending, sent, dropped (a decoy), expired, failed
    state text not null,
    -- deliveries tried so far
    attempts bigint not null,
    -- from when it may be claimed; a claim moves it forward, so that the claim of a crashed sender lapses
    next_at bigint not null,
    -- after this it is not delivered any more
    expires_at bigint not null,
    created_at bigint not null,
    -- when it left the state pending
    done_at bigint
);
create index outbox_by_turn on outbox (state, next_at);
create index outbox_by_age on outbox (done_at);

create table connectors (
    id text primary key not null,
    -- JSON, sealed because it may contain passwords
    sealed text not null,
    updated_at bigint not null
);

-- Texts of messages that operators set at run time. Without one the built-in text is sent.
create table message_templates (
    id text primary key not null,
    -- email, sms
    channel text not null,
    -- SignIn, Register, ForgotPassword …, as in the APIs
    template_type text not null,
    -- a BCP 47 tag in lower case, for look-ups
    language_tag text not null,
    -- empty for the normal one
    variant text not null,
    -- JSON: subject, content, contentType, text, html, replyTo, sendFrom
    details text not null,
    -- the application whose messages they are for; empty for all
    project text not null,
    created_at bigint not null,
    unique (channel, template_type, language_tag, variant, project)
);
create index message_templates_by_project on message_templates (project);
