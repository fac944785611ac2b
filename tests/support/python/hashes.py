"""Writes accounts for an import as JSON Lines: their digests are made by the libraries of the systems that people
move away from, with fresh salts. Each address begins with the name of its format; PASSWORD is everybody's."""

import base64
import hashlib
import hmac
import json
import os
import sys

import argon2
import bcrypt
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.conf import settings
from passlib.hash import ldap_salted_sha1, ldap_salted_sha512, pbkdf2_sha512, phpass, sha256_crypt, sha512_crypt
from werkzeug.security import generate_password_hash

settings.configure()
from django.contrib.auth import hashers  # noqa: E402

PASSWORD = sys.argv[1]
TEXT = PASSWORD.encode()


def wordpress():
    inner = base64.b64encode(hmac.new(b"wp-sha384", TEXT, "sha384").digest())
    return "$wp" + bcrypt.hashpw(inner, bcrypt.gensalt(4)).decode().replace("$2b$", "$2y$", 1)


def firebase():
    signer, separator, salt = os.urandom(64), b"\x07", os.urandom(10)
    key = hashlib.scrypt(TEXT, salt=salt + separator, n=2**10, r=8, p=1, dklen=64)
    cipher = Cipher(algorithms.AES(key[:32]), modes.CTR(bytes(16))).encryptor()
    ss, sk, salt, out = (base64.b64encode(part).decode() for part in (separator, signer, salt, cipher.update(signer)))
    return f"$fbscrypt$v=1,n=10,r=8,p=1,ss={ss},sk={sk}${salt}${out}"


def keycloak(algorithm, value, salt, iterations, **parameters):
    secret = {"value": base64.b64encode(value).decode(), "salt": base64.b64encode(salt).decode()}
    costs = {"hashIterations": iterations, "algorithm": algorithm,
             "additionalParameters": {name: [text] for name, text in parameters.items()}}
    return {"type": "password", "secretData": json.dumps(secret), "credentialData": json.dumps(costs)}


def keycloak_pbkdf2(name, function):
    salt = os.urandom(16)
    return keycloak(name, hashlib.pbkdf2_hmac(function, TEXT, salt, 1000, 64), salt, 1000)


def keycloak_argon2():
    salt = os.urandom(16)
    value = argon2.low_level.hash_secret_raw(TEXT, salt, 2, 512, 1, 32, argon2.low_level.Type.ID)
    return keycloak("argon2", value, salt, 2, version="1.3", type="id", memory="512", parallelism="1")


def django(name, **costs):
    hasher = getattr(hashers, name)()
    for cost, value in costs.items():
        setattr(hasher, cost, value)
    return hasher.encode(PASSWORD, hasher.salt())


DIGESTS = {
    "argon2": argon2.PasswordHasher(time_cost=2, memory_cost=512, parallelism=1).hash(PASSWORD),
    "bcrypt": bcrypt.hashpw(TEXT, bcrypt.gensalt(4)).decode(),
    "spring": "{bcrypt}" + bcrypt.hashpw(TEXT, bcrypt.gensalt(4, b"2a")).decode(),
    "ssha": ldap_salted_sha1.hash(PASSWORD),
    "ssha512": ldap_salted_sha512.hash(PASSWORD),
    "phpass": phpass.using(rounds=7).hash(PASSWORD),
    "sha256crypt": sha256_crypt.using(rounds=1000).hash(PASSWORD),
    "sha512crypt": sha512_crypt.using(rounds=5000).hash(PASSWORD),
    "wordpress": wordpress(),
    "passlib": pbkdf2_sha512.using(rounds=1000).hash(PASSWORD),
    "djangopbkdf2": django("PBKDF2PasswordHasher", iterations=1000),
    "djangosha1": django("PBKDF2SHA1PasswordHasher", iterations=1000),
    "djangoargon2": django("Argon2PasswordHasher", time_cost=1, memory_cost=512, parallelism=1),
    "djangobcrypt": django("BCryptSHA256PasswordHasher", rounds=4),
    "djangoscrypt": django("ScryptPasswordHasher", work_factor=2**10, parallelism=1),
    "werkzeugscrypt": generate_password_hash(PASSWORD, "scrypt:1024:8:1"),
    "werkzeugpbkdf2": generate_password_hash(PASSWORD, "pbkdf2:sha256:1000"),
    "firebase": firebase(),
    "keycloaksha256": keycloak_pbkdf2("pbkdf2-sha256", "sha256"),
    "keycloaksha512": keycloak_pbkdf2("pbkdf2-sha512", "sha512"),
    "keycloaksha1": keycloak_pbkdf2("pbkdf2", "sha1"),
    "keycloakargon2": keycloak_argon2(),
}

for name, digest in DIGESTS.items():
    print(json.dumps({"primaryEmail": f"{name}@example.org", "passwordDigest": digest}))
