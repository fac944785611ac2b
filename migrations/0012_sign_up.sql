-- The machine of recovery also proves an address for a sign-in or a new account: what a request is for, and whether it can
-- ever verify. A request for a new account has no person; its decoy is the one whose address somebody has already.

-- forgot_password, sign_in, register; the grant opens that and nothing else
alter table recovery_requests add column event text not null default 'forgot_password';
alter table recovery_requests add column is_decoy boolean not null default false;
update recovery_requests set is_decoy = true where user_id is null;
