-- What there is to say about a person beside how they sign in.
-- the address of a picture
alter table users add column avatar text;
-- standard claims of OpenID Connect, as JSON
alter table users add column profile text not null default '{}';
-- what apps keep, as JSON
alter table users add column custom_data text not null default '{}';
-- the application through which the account was made
alter table users add column app_id text;
