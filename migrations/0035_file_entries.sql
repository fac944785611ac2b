-- What the bootstrap file has made: an entry that leaves the file stops working, and a person who was deleted is not made again.
create table file_entries (
    -- user, application, api_key
    kind text not null,
    -- as in the file
    id text not null,
    -- when the file first said it
    created_at bigint not null,
    primary key (kind, id)
);
