-- Which refresh token a refresh token was given for. As long as none of those has been used, their answer may have got lost, and the one before
-- is taken again.
alter table refresh_tokens add column parent text not null default '';
