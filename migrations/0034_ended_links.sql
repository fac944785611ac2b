-- Links of notices end with what they were sent to, and a password remembers what proved it.

-- the address that the notice went to, tagged; null in rows of an older schema
alter table repudiations add column sent_to text;
-- the address that the change put at the account, tagged; null where it put none
alter table repudiations add column placed text;
-- when a later change took the link away, unused
alter table repudiations add column ended_at bigint;
-- the address that proved the recovery which set the password, tagged; null when it came to be otherwise
alter table users add column password_proved_by text;
