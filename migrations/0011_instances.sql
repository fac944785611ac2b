-- What several instances on one database have to agree on.

-- Proves that an instance has the secret key of this database, before it takes or sends anything.
create table key_checks (
    -- always 'secret_key'
    id text primary key not null,
    -- a fixed text, sealed; re-encrypted like everything else when the key is rotated
    sealed text not null,
    created_at bigint not null
);

-- Work that one instance at a time does.
create table if not exists leases (
    -- start: applying the bootstrap file
    id text primary key not null,
    -- the instance that does it
    holder text not null,
    -- when another instance may take it
    until bigint not null
);

-- Which versions of the program can work with this schema.
create table compatibility (
    -- always 'schema'
    id text primary key not null,
    -- the oldest program that can, by the number of its newest migration. A migration that removes or renames
    -- something raises it
    oldest bigint not null
);
insert into compatibility (id, oldest) values ('schema', 11);
