-- The refresh token that was given for this one, sealed, for the seconds in which that answer may have got lost: whoever asks again gets the
-- same one. Null again once it is used or the seconds are over.
alter table refresh_tokens add column successor text;
create index refresh_tokens_by_successor on refresh_tokens (used_at) where successor is not null;
