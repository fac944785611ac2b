-- Settings: what operators change at run time.

create table settings (
    -- there is one row
    id text primary key not null,
    -- all settings, as JSON
    document text not null,
    -- which parts of the sign-in experience the bootstrap file sets, as JSON
    managed text not null default '[]',
    updated_at bigint not null
);

-- One row that counts the changes of settings, connectors and applications. Each instance compares it with
-- its snapshot, and a writer locks it until the transaction ends.
create table revisions (
    -- always 'live'
    id text primary key not null,
    number bigint not null
);
insert into revisions (id, number) values ('live', 0);

-- What the bootstrap file has created: an entry that is removed from the file stops working, and a user who
-- was deleted is not created again.
create table file_entries (
    -- user, application, api_key, hook, mail_template
    kind text not null,
    -- as in the file
    id text not null,
    -- when the file first contained it
    created_at bigint not null,
    primary key (kind, id)
);
