-- A limit that neither time nor another message resets: after so many failures in a row something else has to prove the person (NIST SP 800-63B-4 3.2.2).

-- failed tries since the last success
alter table throttles add column failures bigint not null default 0;
