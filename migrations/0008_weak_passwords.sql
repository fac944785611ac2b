-- Sessions of people who must change their password before they go on. The moment that password was set; null for every
-- other session. It is compared with users.password_changed_at, so another password since then ends the session's use.
alter table sessions add column must_change bigint;
