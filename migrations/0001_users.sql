-- Users. One row per account; an identifier is written here once it is verified, or when an operator sets it.
-- All tables use the types that both engines share: text, bigint (timestamps are unix milliseconds), boolean.
-- Every column is explained, except those that mean the same everywhere: id (unless it is composed), user_id
-- and app_id (whom the row belongs to), created_at, updated_at and expires_at (when it stops being valid).
create table users (
    -- twelve lower-case letters and digits, in order of creation
    id text primary key not null,
    -- as written, shown to the user
    username text,
    -- folded, for look-ups
    username_key text unique,
    -- what the username looks like (the skeleton of UTS 39), so that two that look alike are one; null
    -- without a username
    username_skeleton text,
    -- canonical; messages go here, never to what was typed
    email text,
    -- canonical, for look-ups
    email_key text unique,
    -- digits with the country code
    phone text unique,
    -- the full name, as the user writes it
    name text,
    -- the language of messages, as a BCP 47 tag
    locale text,
    -- the address of a picture
    avatar text,
    -- standard claims of OpenID Connect, as JSON
    profile text not null default '{}',
    -- what applications store about the user, as JSON
    custom_data text not null default '{}',
    -- what only the operator's API clients read and write, as JSON
    configs text not null default '{}',
    -- the application through which the account was created
    app_id text,
    -- PHC string, or an imported hash; null without a password
    password_digest text,
    -- when the password was set
    password_changed_at bigint,
    -- the address that proved the recovery which set the password, with its kind; null if it was set in
    -- another way
    password_proved_by text,
    -- when "this wasn't me" disabled the password, until it is reset
    password_frozen_at bigint,
    -- whether an operator has blocked the account
    is_suspended boolean not null,
    -- the last sign-in
    last_sign_in_at bigint,
    -- when the account was created
    created_at bigint not null,
    -- when it was last changed
    updated_at bigint not null,
    -- Search by prefix. Collations differ between engines and servers; hexadecimal text of the folded bytes
    -- sorts the same in all of them, so that a prefix is a range of an index. This one is for the email
    -- address …
    email_order text,
    -- … for the username …
    username_order text,
    -- … and for the name
    name_order text,
    -- false until the program has written the three columns above and the skeleton
    is_ordered boolean not null default false
);
create index users_unordered on users (id) where is_ordered = false;
create index users_by_email_order on users (email_order);
create index users_by_username_order on users (username_order);
create index users_by_name_order on users (name_order);
create unique index users_by_username_skeleton on users (username_skeleton);
