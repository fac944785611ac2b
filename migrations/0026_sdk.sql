-- Apps whose screens are their own and keep nothing of ours between two calls: the SDK API.

-- whether the address and the code together verify it, without the browser that asked
alter table recovery_requests add column by_address boolean not null default false;
-- of a new account: the hash of the password that waits for the address to be proved; empty when two asked with different ones
alter table recovery_requests add column waiting_password text;
create index recovery_requests_by_identifier on recovery_requests (identifier, event, app_id);

-- how the person signed in to an app of the SDK: password, otp, recovery; empty for an app of OpenID Connect
alter table grants add column amr text not null default '';

-- What such an app was answered, for when the answer gets lost and it asks again with the same key.
create table replies (
    -- keyed digest of the app, what was asked and the key that the app chose
    id text primary key not null,
    -- keyed digest of what was sent: another question under the same key is refused
    asked text not null,
    -- sealed; null while the first call is under way
    answer text,
    created_at bigint not null,
    expires_at bigint not null
);
create index replies_by_end on replies (expires_at);
