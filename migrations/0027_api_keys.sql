-- Keys that operators' machines make and switch off at run time.

-- what it is for, for people
alter table api_keys add column description text not null default '';
-- the application on whose behalf it asks; null for all
alter table api_keys add column app_id text;
-- when it was switched off, for good
alter table api_keys add column disabled_at bigint;
