-- A throttle row says itself from when on it is over, so that a sweep finds those that are by an index and reads no other.

-- nothing that the row holds counts after this moment
alter table throttles add column ends_at bigint not null default 0;
-- what it was kept by before: a lock, and failures in a row for a week, or for 400 days from ten on
update throttles set ends_at = touched_at + case when failures = 0 then 0 when failures < 10 then 604800000 else 34560000000 end;
update throttles set ends_at = locked_until where locked_until > ends_at;
create index throttles_by_end on throttles (ends_at);
drop index throttles_by_age;
