-- Where the last fact about a person stands in the queue of every hook that hears of it. Whoever adds one holds the row until their transaction
-- ends, so that places are visible in their own order. A place is at least the moment, in milliseconds, so that a row may be forgotten.
create table hook_places (
    user_id text primary key not null,
    place bigint not null
);
create index hook_places_by_place on hook_places (place);

-- Only what still waits is ever looked at by person.
drop index hook_deliveries_by_person;
create index hook_deliveries_by_person on hook_deliveries (hook_id, user_id, place) where state = 'pending';
