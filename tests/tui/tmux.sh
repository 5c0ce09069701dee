# shellcheck shell=bash
# Drives rung in a tmux of its own. Sourced by the run_*.sh beside it.
#   screen_start COLUMNS ROWS ARGUMENT...   starts it, in $screen_folder: the project's
#   screen_keys KEY...                      presses keys, by tmux's names
#   screen_wait TEXT                        until the screen contains it (a regular expression)
#   screen_is NAME                          until the screen equals golden/NAME.txt
# screen_locale, screen_zone, screen_term and screen_folder, set before, are what the next one starts with.
# GOLDEN_UPDATE=1 writes the golden screens instead of comparing.

for tool in tmux python3; do
    command -v $tool >/dev/null || { echo "skipped: $tool is not installed"; exit 77; }
done
[ -x "${RUNG:-}" ] || { echo "skipped: the program was not built"; exit 77; }

golden=$RUNG_SOURCE/tests/tui/golden
work=$(mktemp -d)
socket=$work/tmux
screen_locale=C.UTF-8
screen_zone=UTC
screen_term=screen-256color
screen_folder=$RUNG_SOURCE
patience=${RUNG_TEST_PATIENCE:-20} # seconds until a screen that does not come is a failure

screen() {
    LC_ALL=C.UTF-8 tmux -u -S "$socket" -f /dev/null "$@"
}

screen_stop() {
    screen kill-server 2>/dev/null || true
    rm -rf "$work"
}
trap screen_stop EXIT

screen_start() {
    local columns=$1 rows=$2
    shift 2
    screen start-server \; set-option -g exit-empty off # or it might leave while the next one starts
    screen kill-session -t rung 2>/dev/null || true
    screen new-session -d -s rung -x "$columns" -y "$rows" -c "$screen_folder" \
        env TZ="$screen_zone" LC_ALL="$screen_locale" TERM="$screen_term" XDG_CONFIG_HOME="$work" \
        ASAN_OPTIONS="log_path=$work/asan:detect_leaks=0" UBSAN_OPTIONS="log_path=$work/ubsan" \
        sh -c 'trap : INT; "$@"; echo "rung ended: $?"; exec sleep 1000' sh "$RUNG" "$@"
}

screen_keys() {
    screen send-keys -t rung "$@"
}

# What changes from run to run (memory) is made the same.
screen_text() {
    screen capture-pane -t rung -p 2>/dev/null | sed -E 's/mem +[0-9]+[KM]/mem -/; s/ +$//'
}

screen_fail() {
    echo "FAILED: $1"
    screen_text
    cat "$work"/asan* "$work"/ubsan* 2>/dev/null
    exit 1
}

screen_wait() {
    local deadline=$((SECONDS + patience))
    until screen_text | grep -qE -- "$1"; do
        [ $SECONDS -lt $deadline ] || screen_fail "never showed '$1'"
        sleep 0.05
    done
}

screen_settle() {
    local before="" now=""
    until [ -n "$now" ] && [ "$before" = "$now" ]; do
        before=$now
        sleep 0.7
        now=$(screen_text)
    done
}

screen_is() {
    local deadline=$((SECONDS + patience))
    if [ -n "${GOLDEN_UPDATE:-}" ]; then
        screen_settle
        screen_text >"$golden/$1.txt"
        echo "written $1"
        return
    fi
    until screen_text | cmp -s - "$golden/$1.txt"; do
        if [ $SECONDS -ge $deadline ]; then
            screen_text | diff -u "$golden/$1.txt" - || true
            screen_fail "$1"
        fi
        sleep 0.05
    done
    echo "ok $1"
}
