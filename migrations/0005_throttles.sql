-- Throttles: one row a purpose and subject. The row is the lock under which its hits are read and written.
create table throttles (
    -- purpose and keyed digest of the subject
    id text primary key not null,
    -- moments of the counted events, oldest first, separated by commas
    hits text not null,
    -- nothing passes before this moment
    locked_until bigint not null,
    -- how often it has locked without a success in between
    strikes bigint not null,
    touched_at bigint not null
);
create index throttles_by_age on throttles (touched_at);
