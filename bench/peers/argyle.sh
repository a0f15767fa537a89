#!/bin/sh
# Argyle on 127.0.0.1:$1, in the foreground, without authentication; $2: the relay (auto, splice, buffer); $3: the dissectors (true)
# $4: a folder for its data; then the HTTP API listens too, so that a page of the dashboard can be open
# $ARGYLE is the command of another Argyle, such as that of the last release.
d=${4:-$(mktemp -d)}
http=null
[ -z "$4" ] || http='"127.0.0.1:0"'
cat > "$d/argyle.yaml" <<C
socks: { listen: ["127.0.0.1:$1"], authentication: [none], relay: ${2:-auto} }
management: { mass: { listen: null }, feed: { listen: null }, bottler: { listen: null }, http: { listen: $http } }
log: { access: null }
dissectors: { enabled: ${3:-false} }
C
exec "${ARGYLE:-${0%/*}/../../argyle}" serve -c "$d/argyle.yaml" --data "$d/data" >"$d/output" 2>&1
