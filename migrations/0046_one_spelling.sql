-- One person, one spelling: mail goes to the address by which somebody is found, and two names that look alike are one.
-- what was written differed from it by capitals, or by signs that only fold to it and may be another mailbox
update users set email = email_key where email_key is not null and email <> email_key;
-- the look of the username (the skeleton of UTS 39); null without a name, and for a name of before that looks like an older one
alter table users add column username_skeleton text;
create unique index users_by_username_skeleton on users (username_skeleton);
-- the program writes the look of names that are there, together with their order
update users set is_ordered = false where username_key is not null;
