#!/usr/bin/env bash
# The whole journey from a shell: `rekey serve` with a bootstrap file writes a reset to a real mail server (STARTTLS and AUTH), and
# curl alone follows it to the new password and the sign-in. The database is whatever REKEY_DATABASE_URL says.
#   REKEY_BIN=target/debug/rekey REKEY_TEST_PYTHON=.tools/venv/bin/python tests/shell/curl.sh
set -euo pipefail
cd "$(dirname "$0")/../.."

engine=${REKEY_DATABASE_URL:-sqlite}
work=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$work"' EXIT
mkdir "$work/mails"
fail() { echo "curl journey: $*" >&2; cat "$work"/*.log >&2 || true; exit 1; }

# Waits for a line in a file: at most 20 seconds.
await() {
  for _ in $(seq 200); do
    grep -qE "$2" "$1" 2>/dev/null && return 0
    sleep 0.1
  done
  fail "no /$2/ in ${1##*/}"
}

# The mail server ends when its input closes, so it is given one that stays open.
mkfifo "$work/stay"
"$REKEY_TEST_PYTHON" tests/support/python/smtp.py --folder "$work/mails" --tls starttls --auth rekey:secret \
  <"$work/stay" >"$work/smtp.log" 2>&1 &
exec 9>"$work/stay"
await "$work/smtp.log" '^ready [0-9]+'
smtp_port=$(sed -nE 's/^ready ([0-9]+).*/\1/p' "$work/smtp.log")

cat >"$work/bootstrap.json" <<JSON
{ "connectors": [ { "id": "mail", "connectorId": "simple-mail-transfer-protocol", "type": "Email",
    "config": { "host": "localhost", "port": $smtp_port, "auth": { "user": "rekey", "pass": { "env": "SMTP_PASS" } },
                "tls": { "caFile": "$work/mails/ca.pem" }, "fromEmail": "Rekey <no-reply@example.com>" } } ],
  "applications": [ { "id": "shop", "name": "Shop", "type": "SPA", "redirectUris": [ "http://127.0.0.1:9/back" ] } ],
  "users": [ { "id": "ada000000001", "primaryEmail": "ada@example.com", "password": "a first password" } ] }
JSON

start() {
  SMTP_PASS=secret REKEY_LISTEN=127.0.0.1:0 REKEY_ADMIN_LISTEN=off REKEY_DATA_DIR="$work/data" REKEY_BOOTSTRAP="$work/bootstrap.json" \
    REKEY_SECRET_KEY=$(printf '5a%.0s' {1..64}) env -u REKEY_TEST_PYTHON -u REKEY_BIN "$REKEY_BIN" serve >"$work/serve.log" 2>"$work/errors.log" &
  await "$work/serve.log" 'http://'
  site=$(grep -oE 'http://[0-9.:]+' "$work/serve.log" | head -n 1)
}
start

# A browser in three lines: cookies in a jar, the form's token out of the page, redirects not followed.
jar="$work/jar"
get()  { curl -sS -b "$jar" -c "$jar" -o "$work/page" -w '%{http_code} %{redirect_url}' "$site$1"; }
post() {
  local path=$1; shift
  local token; token=$(grep -oE 'name="csrf" value="[^"]+"' "$work/page" | head -n 1 | cut -d'"' -f4)
  curl -sS -b "$jar" -c "$jar" -o "$work/page" -w '%{http_code} %{redirect_url}' --data-urlencode "csrf=$token" "$@" "$site$path"
}
expect() { [[ $1 == "$2" ]] || fail "expected '$2', got '$1'"; }

expect "$(get '/sign-in?first_screen=reset-password&login_hint=ada@example.com')" "303 $site/reset-password"
expect "$(get /reset-password)" '200 '
grep -q 'ada@example.com' "$work/page" || fail 'the hint is not in the field'
expect "$(post /forgot-password --data-urlencode identifier=Ada@Example.com)" "303 $site/forgot-password/verification-code"
await "$work/mails/1.eml" 'Subject:'
code=$("$REKEY_TEST_PYTHON" tests/support/python/mime.py "$work/mails/1.eml" | grep -oE '\b[0-9]{6}\b' | head -n 1)
expect "$(get /forgot-password/verification-code)" '200 '
expect "$(post /forgot-password/verification-code --data-urlencode "code=$code")" "303 $site/forgot-password/reset"
expect "$(get /forgot-password/reset)" '200 '
expect "$(post /forgot-password/reset --data-urlencode newPassword=short)" '422 '
expect "$(post /forgot-password/reset --data-urlencode 'newPassword=seven quiet rivers')" "303 $site/forgot-password/done"
expect "$(get /forgot-password/done)" '200 '
grep -q 'first_screen=sign_in' "$work/page" || fail 'no way back to sign-in'
await "$work/mails/2.eml" 'Subject:'
expect "$(get '/sign-in?first_screen=sign_in')" '200 '
grep -q 'value="ada@example.com"' "$work/page" || fail 'the identifier is not filled in'
expect "$(post /sign-in --data-urlencode identifier=ada@example.com --data-urlencode 'password=a first password')" '422 '
expect "$(post /sign-in --data-urlencode identifier=ada@example.com --data-urlencode 'password=seven quiet rivers')" "303 $site/account"
expect "$(get /account)" '200 '
expect "$(post /sign-out)" "303 $site/sign-in"

# A stop is graceful, and what was changed is still there after it.
kill -TERM "$!"
wait "$!" || fail "serve ended with status $?"
start
expect "$(get '/sign-in')" '200 '
expect "$(post /sign-in --data-urlencode identifier=ada@example.com --data-urlencode 'password=seven quiet rivers')" "303 $site/account"

# The same over JSON, as somebody's own screens would ask for it (docs/api/experience.md): an app sends a person, who has a code sent, proves it,
# chooses a password, signs in with it, and is sent back to the app with a code for it.
jar="$work/screens"
api() {  # method path [body]: the body of the answer in $work/answer, its status as the output
  curl -sS -b "$jar" -c "$jar" -o "$work/answer" -w '%{http_code}' -X "$1" ${3:+-H 'content-type: application/json' -d "$3"} "$site/api/experience$2"
}
told() { "$REKEY_TEST_PYTHON" -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$work/answer" "$1"; }
ada='{"type":"email","value":"ada@example.com"}'
challenge=$(printf 'c%.0s' {1..43})
asked="/oidc/auth?client_id=shop&redirect_uri=http%3A%2F%2F127.0.0.1%3A9%2Fback&response_type=code&scope=openid&state=kept"
expect "$(api PUT '' '{"interactionEvent":"ForgotPassword"}')" 400
expect "$(told code)" session.not_found
get "$asked&first_screen=reset_password&code_challenge=$challenge&code_challenge_method=S256" >"$work/status"
expect "$(api PUT '' '{"interactionEvent":"ForgotPassword"}')" 204
sleep 2  # one message a second for one address
expect "$(api POST /verification/verification-code "{\"identifier\":$ada,\"interactionEvent\":\"ForgotPassword\"}")" 200
record=$(told verificationId)
await "$work/mails/3.eml" 'Subject:'
code=$("$REKEY_TEST_PYTHON" tests/support/python/mime.py "$work/mails/3.eml" | grep -oE '\b[0-9]{6}\b' | head -n 1)
expect "$(api POST /verification/verification-code/verify "{\"identifier\":$ada,\"verificationId\":\"$record\",\"code\":\"$code\"}")" 200
expect "$(api POST /identification "{\"verificationId\":\"$record\"}")" 204
expect "$(api POST /submit)" 422
expect "$(told code)" user.new_password_required_in_profile
expect "$(api PUT /profile/password '{"password":"eight quiet rivers"}')" 204
expect "$(api POST /submit)" 204
expect "$(api PUT '' '{"interactionEvent":"SignIn"}')" 204
expect "$(api POST /verification/password "{\"identifier\":$ada,\"password\":\"eight quiet rivers\"}")" 200
expect "$(api POST /identification "{\"verificationId\":\"$(told verificationId)\"}")" 204
expect "$(api POST /submit)" 200
back=$(get "$(told redirectTo | sed "s|^$site||")")
[[ $back == '303 http://127.0.0.1:9/back?'*state=kept* && $back == *code=* ]] || fail "not back at the app: $back"
echo "The journey works from a shell on ${engine%%:*}."
