-- What a signed-in person proved of late: that they are still themselves, or that a new address is theirs. Ten minutes long.
create table verification_records (
    id text primary key not null,
    user_id text not null references users (id) on delete cascade,
    -- permission: may change what needs a proof; new_address: this address may become theirs
    purpose text not null,
    -- the address that a code went to, its kind first; null when the password was the proof
    identifier text,
    -- HMAC of the code under a key kept outside the database; null when the password was the proof
    code_digest text,
    -- from when on the code does not work any more
    code_expires_at bigint not null,
    -- codes checked so far
    tries bigint not null,
    -- when the password was set that was the proof, 0 when nobody knows: a new one ends the record
    password_changed_at bigint,
    created_at bigint not null,
    expires_at bigint not null,
    verified_at bigint,
    -- when a new address was taken by it
    used_at bigint
);
create index verification_records_by_user on verification_records (user_id, identifier);
create index verification_records_by_end on verification_records (expires_at);

-- "This wasn't me" takes a changed address back, too: kind and address before the change ("email:" when there was none); null
-- where the password changed.
alter table repudiations add column address text;
