#!/bin/sh
# Argyle on 127.0.0.1:$1, in the foreground, without authentication; $2: the relay (auto, splice, buffer); $3: the dissectors (true)
# $ARGYLE is the command of another Argyle, such as that of the last release.
d=$(mktemp -d)
cat > "$d/argyle.yaml" <<C
socks: { listen: ["127.0.0.1:$1"], authentication: [none], relay: ${2:-auto} }
management: { mass: { listen: null }, feed: { listen: null }, bottler: { listen: null }, http: { listen: null } }
log: { access: null }
dissectors: { enabled: ${3:-false} }
C
exec "${ARGYLE:-${0%/*}/../../argyle}" serve -c "$d/argyle.yaml" --data "$d/data" >"$d/output" 2>&1
