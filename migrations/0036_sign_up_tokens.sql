-- The password of somebody who signs up through an app's own screens comes back with the code that proves the address, and waits nowhere:
-- one that waited here could have been somebody else's.
alter table recovery_requests drop column waiting_password;
