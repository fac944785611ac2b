-- Keys with which machines ask; the token itself is known to its holder only.
create table api_keys (
    id text primary key not null,
    -- names of roles, separated by spaces
    roles text not null,
    token_digest text unique not null,
    created_at bigint not null
);

-- One row that counts the changes of settings, connectors and applications: each instance compares it with what it
-- has in force, and a writer holds it until it is done.
create table revisions (
    id text primary key not null,
    number bigint not null
);
insert into revisions (id, number) values ('live', 0);

-- Which parts of the sign-in experience the bootstrap file sets, as JSON.
alter table settings add column managed text not null default '[]';
