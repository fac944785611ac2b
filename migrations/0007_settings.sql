-- What operators change at run time. Documents are JSON text; a connector's may hold passwords and is sealed.
create table settings (
    id text primary key not null,
    document text not null,
    updated_at bigint not null
);
create table connectors (
    id text primary key not null,
    sealed text not null,
    updated_at bigint not null
);
create table applications (
    id text primary key not null,
    document text not null,
    updated_at bigint not null
);
