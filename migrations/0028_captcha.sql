-- Solutions of proofs of work that were brought, until their challenge ends: each counts once.
create table captcha_solutions (
    -- SHA-256 of the challenge's signature
    digest text primary key not null,
    expires_at bigint not null
);
create index captcha_solutions_by_end on captcha_solutions (expires_at);
