-- A code belongs to an address and a purpose, and the newest one that was delivered works, from any open request for them. So what a message proves ends
-- with its code, and a request that waits stays as whoever holds it left it: its window tells nothing of what the owner of the address does.

-- when a connector took the message, or when a decoy's would have been taken; null while it is on its way
alter table recovery_codes add column delivered_at bigint;
-- whether the code or the link opened something
alter table recovery_codes add column is_used boolean not null default false;
-- whether what it was given for (a password, an address, the account's standing) was changed or taken away
alter table recovery_codes add column is_revoked boolean not null default false;
-- Until now the request said so, and the newest message counted as delivered.
update recovery_codes set delivered_at = 1;
update recovery_codes set is_revoked = true where is_current = false;
update recovery_codes set is_revoked = true where request_id in (select id from recovery_requests where state = 'superseded');
update recovery_codes set is_used = true where request_id in (select id from recovery_requests where state in ('verified', 'completed'));
alter table recovery_codes drop column is_current;

-- the code that a message holds; null when it holds none
alter table outbox add column code_id text;

-- The same for codes of operators' applications: a new one takes the place of an earlier one of its address when it is delivered. They live ten minutes at most,
-- so those of before are let go.
drop table verification_codes;
create table verification_codes (
    -- mixed into the digest
    id text primary key not null,
    -- kind and canonical address
    identifier text not null,
    -- HMAC under a key kept outside the database
    code_digest text not null,
    -- codes compared so far
    tries bigint not null,
    expires_at bigint not null,
    -- when a connector took the message; null while it is on its way
    delivered_at bigint
);
create index verification_codes_by_identifier on verification_codes (identifier, id);
create index verification_codes_by_end on verification_codes (expires_at);
