#!/bin/sh
# A client of the DGFiP's API gateway with curl: mutual TLS, one token for many calls, a correlation identifier per request,
# patience. Use it from a shell, or read it into your own script with `. client.sh`:
#
#     client.sh ficoba numCpte 0020 'dossier 2026-0001' '{"iban":"FR7699010000010000010100185","verificationCompte":"0"}'
#     client.sh person 3990000101192
#
# The answer goes to standard output, what went wrong to standard error with exit code 1.
set -eu

: "${GATEWAY:=https://localhost:8443}" "${CERTS:=certs}" "${PARTNER:=editeur-demo}" "${SIRET:=20999001900017}"
: "${SECRET:=secret-$PARTNER}" "${SCOPE:=api_r2p_recherche_personne_physique api_r2p_resolution_spi}"
: "${TOKEN_FILE:=${XDG_RUNTIME_DIR:-/tmp}/dgfip-$(id -u)-$PARTNER.token}"
longest_wait=90 # seconds; the gateway counts by the minute

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
umask 077

# A FICOBA search: its resource, the motif, the justification, the criteria as JSON.
ficoba() {
  call "/fcb-masrestit/api/v2/comptes/$1" -H 'Content-Type: application/json' -d "{\"dateDemande\":\"$(date -u +%F)\",
    \"motif\":\"$2\",\"siretDemandeur\":\"$SIRET\",\"justification\":\"$3\",\"criteresRecherche\":$4}"
}

# The person that R2P knows under this SPI.
person() { call "/r2p/v1/personne/$1"; }

# One call: a refused token is renewed once, a used-up minute is waited for once.
call() {
  renewed='' waited=''
  while :; do
    token || return 1
    send "$@" -H "Authorization: Bearer $(tail -n 1 "$TOKEN_FILE")"
    case $status in
      2*) cat "$work/body"; return ;;
      401) [ -z "$renewed" ] || { complain; return 1; }; renewed=1; rm -f "$TOKEN_FILE" ;;
      429) [ -z "$waited" ] && pause=$(patience) || { complain; return 1; }; waited=1; sleep "$pause" ;;
      *) complain; return 1 ;;
    esac
  done
}

# Makes sure of a token in TOKEN_FILE (when it expires, then the token), a minute before the old one expires.
token() {
  [ -f "$TOKEN_FILE" ] && [ "$(date +%s)" -lt "$(head -n 1 "$TOKEN_FILE")" ] && return
  send /token -u "$PARTNER:$SECRET" -d grant_type=client_credentials --data-urlencode "scope=$SCOPE"
  [ "$status" = 200 ] || { complain; return 1; }
  echo "$(($(date +%s) + $(field expires_in) - 60))" > "$TOKEN_FILE.new"
  field access_token >> "$TOKEN_FILE.new"
  mv "$TOKEN_FILE.new" "$TOKEN_FILE" # whole or not at all
}

# Sends a request; leaves the status in $status, the headers and the body in $work.
send() {
  path=$1
  shift
  status=$(curl -sS --max-time 30 --cacert "$CERTS/ca.pem" --cert "$CERTS/clients/$PARTNER.pem" --key "$CERTS/clients/$PARTNER.key" \
    -H "X-Correlation-ID: $(uuid)" -H "X-Request-ID: $(uuid)" \
    -D "$work/head" -o "$work/body" -w '%{http_code}' "$GATEWAY$path" "$@")
}

# Seconds until Retry-After, seconds or a date by the gateway's own clock; fails when that is too long to wait.
patience() {
  case $(header Retry-After) in
    '') return 1 ;;
    *[!0-9]*) pause=$(($(seconds "$(header Retry-After)") - $(seconds "$(header Date)"))) ;;
    *) pause=$(header Retry-After) ;;
  esac
  [ "$pause" -le "$longest_wait" ] && echo "$((pause > 0 ? pause : 0))"
}

# An HTTP date as seconds, with GNU's date or BusyBox's.
seconds() { date -u -d "$1" +%s 2> /dev/null || date -u -D '%a, %d %b %Y %H:%M:%S GMT' -d "$1" +%s; }
uuid() { cat /proc/sys/kernel/random/uuid; }
header() { sed -n "s/^$1: \(.*\)\r$/\1/Ip" "$work/head" | tail -n 1; }
field() { sed -n 's/.*"'"$1"'":"\{0,1\}\([^",}]*\).*/\1/p' "$work/body"; }
complain() { printf '%s %s (X-Correlation-ID %s)\n' "$status" "$(cat "$work/body" 2> /dev/null)" "$(header X-Correlation-ID)" >&2; }

case ${0##*/} in client.sh) "$@" ;; esac
