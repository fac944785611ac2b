#!/usr/bin/env bash
# Tests the description of the JSON APIs: schemathesis makes requests from it, good ones and bad ones, and looks whether any is
# answered with a failure of ours, a status that is not described, or a body of another shape. REKEY_CASES is how many for each route.
#   REKEY_BIN=target/debug/rekey REKEY_TEST_PYTHON=.tools/venv/bin/python tests/shell/described.sh
set -euo pipefail
cd "$(dirname "$0")/../.."

work=$(mktemp -d)
program=$(realpath "$(dirname "$REKEY_TEST_PYTHON")/schemathesis")
trap 'kill $(jobs -p) 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$work"' EXIT
key=2222222222222222222222222222222222222222

# Nobody here is a stranger who guesses, so nobody has to wait. Whatever captcha is set is asked here, where nobody answers, and never at its provider.
cat >"$work/bootstrap.json" <<JSON
{ "settings": { "throttle": { "requestsPerIp": { "limit": 0, "window": 60 } }, "captcha": { "verifyUrl": "http://127.0.0.1:9/" } },
  "connectors": [ { "id": "mail", "connectorId": "inbox", "type": "Email" }, { "id": "sms", "connectorId": "inbox", "type": "Sms" } ],
  "users": [ { "id": "ada000000001", "username": "ada", "primaryEmail": "ada@example.com", "password": "a first password" } ],
  "applications": [ { "id": "shop", "name": "Shop", "type": "SPA", "redirectUris": [ "http://127.0.0.1:9/back" ] } ],
  "apiKeys": [ { "id": "root", "roles": [ "root" ], "token": "$key" } ] }
JSON

REKEY_LISTEN=127.0.0.1:0 REKEY_ADMIN_LISTEN=off REKEY_LOG=error REKEY_DATA_DIR="$work/data" REKEY_BOOTSTRAP="$work/bootstrap.json" REKEY_BREACHES__URL= \
  REKEY_HASHING__MEMORY_KIB=64 REKEY_HASHING__ITERATIONS=1 REKEY_SECRET_KEY=$(printf '5a%.0s' {1..64}) \
  env -u REKEY_TEST_PYTHON -u REKEY_BIN -u REKEY_CASES "$REKEY_BIN" serve --dev >"$work/serve.log" 2>"$work/errors.log" &
for _ in $(seq 200); do grep -q 'http://' "$work/serve.log" && break; sleep 0.1; done
site=$(grep -oE 'http://[0-9.:]+' "$work/serve.log" | head -n 1) || { cat "$work/errors.log" >&2; exit 1; }

# A body that is larger than can be taken is refused as such, which is as good as any other refusal.
cat >"$work/schemathesis.toml" <<'TOML'
[checks.negative_data_rejection]
expected-statuses = [400, 401, 403, 404, 405, 406, 409, 413, 415, 422, 429]
TOML

# The browser of somebody whom an app sent here to make an account: without it nothing of a screen's calls would be read.
jar="$work/jar"
asked="client_id=shop&redirect_uri=http%3A%2F%2F127.0.0.1%3A9%2Fback&response_type=code&scope=openid&state=kept&code_challenge_method=S256"
curl -sS -o "$work/answer" -c "$jar" "$site/oidc/auth?$asked&code_challenge=$(printf 'c%.0s' {1..43})"
curl -sS -o "$work/answer" -b "$jar" -c "$jar" -X PUT -H 'content-type: application/json' -d '{"interactionEvent":"Register"}' "$site/api/experience"
journey=$(awk '$6 == "journey" { print $7 }' "$jar")
[[ -n $journey ]] || { echo "no app waits: $(cat "$work/answer")" >&2; exit 1; }

# Left out: that every request of the right shape is taken (a name may be taken already, which no shape can say), and that bearers count, for which the
# tests of the APIs walk every route: a caller with many unknown ones is slowed down here.
cd "$work"  # where it may keep what it likes to remember
"$program" run "$site/api/openapi.json" --url "$site" --no-color --seed 1 --warnings off \
  --header "Authorization: Bearer $key" --header "Cookie: journey=$journey" --max-examples "${REKEY_CASES:-60}" --continue-on-failure \
  --checks all --exclude-checks positive_data_acceptance,ignored_auth || { tail -n 20 "$work/errors.log" >&2; exit 1; }
