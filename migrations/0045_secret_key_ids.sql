-- Client secrets survive another secret key: their digest is tried under each key of the list, and made anew when the application proves
-- itself the next time.
-- which secret key the digest was made with, as a name that tells nothing of it; null for one made before there were names
alter table application_secrets add column key_id text;
