#!/bin/sh
# What a good client does, against a running bacasable: GATEWAY, CONSOLE and CERTS say where.
set -eu
cd "$(dirname "$0")"
: "${CONSOLE:=http://localhost:8080}"
TOKEN_FILE=$(mktemp -u)
. ./client.sh
trap 'rm -rf "$work" "$TOKEN_FILE"' EXIT

iban=FR7699010000010000010100185 spi=3990000101192 # of the persona celine-simple
account() { ficoba numCpte 0020 "$2" "{\"iban\":\"$1\",\"verificationCompte\":\"0\"}"; }
console() { curl -sSf -o /dev/null -X "$1" -H 'Content-Type: application/json' "$CONSOLE/admin/v1/$2" -d "$3"; }
fail() { echo "FAILED: $*"; exit 1; }
passed() { echo "ok: $*"; }

account $iban 'dossier 2026-0001' | grep -q "\"iban\":\"$iban\"" || fail 'the account is not found'
first=$(cat "$TOKEN_FILE")
person $spi | grep -q '"lbNomNaissance":"VALBRUNE"' || fail 'the person is not found'
[ "$first" = "$(cat "$TOKEN_FILE")" ] || fail 'another token was asked for'
passed 'one token serves both APIs'

error=$(account FR00 'dossier 2026-0002' 2>&1 > /dev/null) && fail 'an anomaly passed for an answer'
case $error in 400*CAF002*X-Correlation-ID*) ;; *) fail "not the anomaly: $error" ;; esac
passed 'an anomaly is an error with its code'

send /revoke -u "$PARTNER:$SECRET" -d "token=$(tail -n 1 "$TOKEN_FILE")"
person $spi > /dev/null || fail 'a revoked token is not renewed'
[ "$first" != "$(cat "$TOKEN_FILE")" ] || fail 'a revoked token is kept'
passed 'a revoked token is renewed once'

error=$(PARTNER=partenaire-suspendu SECRET=secret-partenaire-suspendu SIRET=20999009200014 TOKEN_FILE=$(mktemp -u) && trap 'rm -f "$TOKEN_FILE"' EXIT &&
  account $iban 'dossier 2026-0003' 2>&1 > /dev/null) && fail 'a suspended partner is served'
case $error in 401*900907*) ;; *) fail "not the suspension: $error" ;; esac
passed 'a second 401 is final'

sleep() { echo "$1" >> "$work/pauses" && console PUT clock "{\"advance\":\"PT$1S\"}"; } # instead of waiting, move the sandbox's clock
console PUT clock '{"frozen":true}'
console PATCH conventions/editeur-demo '{"quotas":{"r2p":1}}'
console POST reset '{"only":["quotas"]}'
person $spi > /dev/null && person $spi > /dev/null || failed=1
console POST reset '{"only":["clock","conventions","quotas"]}'
[ -z "${failed:-}" ] || fail 'a used-up minute is not waited for'
[ "$(wc -l < "$work/pauses")" -eq 1 ] && [ "$(cat "$work/pauses")" -gt 0 ] && [ "$(cat "$work/pauses")" -le 60 ] || fail "paused for $(cat "$work/pauses")"
passed 'a used-up minute is waited for'
