-- How operators find people by the beginning of something. Collations differ between engines and servers; hexadecimal text of the folded
-- bytes is in the same order in all of them, so that a beginning is a range of an index.
alter table users add column email_order text;
alter table users add column username_order text;
alter table users add column name_order text;
-- false for people of an older schema until the program has written their order
alter table users add column is_ordered boolean not null default false;
create index users_unordered on users (id) where is_ordered = false;
create index users_by_email_order on users (email_order);
create index users_by_username_order on users (username_order);
create index users_by_name_order on users (name_order);
create index audit_log_by_app on audit_log (app_id, created_at);
create index audit_log_by_event on audit_log (event, created_at);
-- Whoever is taken away takes these along.
create index recovery_requests_by_user on recovery_requests (user_id);
create index repudiations_by_user on repudiations (user_id);
