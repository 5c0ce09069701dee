#!/bin/sh
# Does the bench work at all? Nothing here looks at a time.
exec "$(dirname "$0")/bench.py" --smoke --no-peers
