-- Keys that sign tokens. A new one is published before it signs and after it stopped, so that apps that keep the list
-- for a while never meet a token whose key they do not know.
create table signing_keys (
    -- RFC 7638 thumbprint of the public key
    id text primary key not null,
    -- ES384, ES256
    alg text not null,
    -- the JWK as JSON
    public_key text not null,
    -- PKCS#8, sealed with a key kept outside the database
    sealed text not null,
    -- from when it signs; the newest whose time has come does
    signs_from bigint not null,
    -- from when it is not published any more; null for the newest
    retires_at bigint,
    created_at bigint not null
);
