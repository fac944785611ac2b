-- Limits: throttles, and the captcha challenges that are used up.

-- One row per purpose and subject. A check locks the row before it reads and writes the counts.
create table throttles (
    -- purpose and keyed digest of the subject
    id text primary key not null,
    -- timestamps of the counted events, oldest first, separated by commas
    hits text not null,
    -- nothing passes before this
    locked_until bigint not null,
    -- consecutive locks without a success in between
    strikes bigint not null,
    -- failed attempts in a row, which neither time nor another message resets (NIST SP 800-63B-4, 3.2.2)
    failures bigint not null default 0,
    -- when it was last locked for a check
    touched_at bigint not null,
    -- the row has no effect after this; the sweep finds it by the index
    ends_at bigint not null default 0
);
create index throttles_by_end on throttles (ends_at);

-- Solved proofs of work, until their challenge expires: each counts once, across all instances.
create table captcha_solutions (
    -- SHA-256 of the challenge's signature
    digest text primary key not null,
    expires_at bigint not null
);
create index captcha_solutions_by_end on captcha_solutions (expires_at);
