#include "ui/tui/term.h"
#include "ui/tui/tui.h"
#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <langinfo.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

#define ESCAPE_DELAY_MS    25
#define DOUBLE_CLICK_US    (400 * 1000)
#define RESTORE_BYTES_MAX  256
#define DEFAULT            (-1)
#define CURSOR_PAIR_OFFSET STYLE_COUNT

typedef struct {
    short rich, plain; /* foreground with 256 and with 8 colours */
    short rich_back, plain_back;
    attr_t attributes;
} Look;

typedef struct {
    Look looks[STYLE_COUNT];
    short cursor_text, cursor_back; /* 256 colours; with fewer the row is reversed */
} Theme;

static const Theme dark = {
    .looks = {
        [STYLE_NORMAL] = { DEFAULT, DEFAULT, DEFAULT, DEFAULT, 0 },
        [STYLE_DIM] = { 245, DEFAULT, DEFAULT, DEFAULT, A_DIM },
        [STYLE_STRONG] = { 255, DEFAULT, DEFAULT, DEFAULT, A_BOLD },
        [STYLE_TITLE] = { 255, COLOR_WHITE, 24, COLOR_BLUE, A_BOLD },
        [STYLE_STATUS] = { 252, COLOR_WHITE, 236, COLOR_BLUE, 0 },
        [STYLE_KEY] = { 117, COLOR_CYAN, DEFAULT, DEFAULT, A_BOLD },
        [STYLE_HINT] = { 250, DEFAULT, DEFAULT, DEFAULT, 0 },
        [STYLE_HEADING] = { 117, COLOR_CYAN, DEFAULT, DEFAULT, A_BOLD | A_UNDERLINE },
        [STYLE_BORDER] = { 242, DEFAULT, DEFAULT, DEFAULT, A_DIM },
        [STYLE_MARK] = { 220, COLOR_YELLOW, DEFAULT, DEFAULT, A_BOLD },
        [STYLE_MATCH] = { 16, COLOR_BLACK, 220, COLOR_YELLOW, 0 },
        [STYLE_OK] = { 114, COLOR_GREEN, DEFAULT, DEFAULT, 0 },
        [STYLE_WARNING] = { 221, COLOR_YELLOW, DEFAULT, DEFAULT, 0 },
        [STYLE_ERROR] = { 210, COLOR_RED, DEFAULT, DEFAULT, 0 },
        [STYLE_ALARM] = { 255, COLOR_WHITE, 160, COLOR_RED, A_BOLD },
        [STYLE_REQUEST] = { 117, COLOR_CYAN, DEFAULT, DEFAULT, 0 },
        [STYLE_PROVISIONAL] = { 223, COLOR_YELLOW, DEFAULT, DEFAULT, 0 },
        [STYLE_SUCCESS] = { 114, COLOR_GREEN, DEFAULT, DEFAULT, 0 },
        [STYLE_REDIRECT] = { 183, COLOR_MAGENTA, DEFAULT, DEFAULT, 0 },
        [STYLE_FAILURE] = { 210, COLOR_RED, DEFAULT, DEFAULT, 0 },
        [STYLE_MEDIA] = { 80, COLOR_BLUE, DEFAULT, DEFAULT, 0 },
        [STYLE_FIELD] = { 110, COLOR_CYAN, DEFAULT, DEFAULT, 0 },
        [STYLE_PALETTE_0] = { 117, COLOR_CYAN, DEFAULT, DEFAULT, 0 },
        [STYLE_PALETTE_1] = { 221, COLOR_YELLOW, DEFAULT, DEFAULT, 0 },
        [STYLE_PALETTE_2] = { 114, COLOR_GREEN, DEFAULT, DEFAULT, 0 },
        [STYLE_PALETTE_3] = { 183, COLOR_MAGENTA, DEFAULT, DEFAULT, 0 },
        [STYLE_PALETTE_4] = { 209, COLOR_RED, DEFAULT, DEFAULT, 0 },
        [STYLE_PALETTE_5] = { 111, COLOR_BLUE, DEFAULT, DEFAULT, 0 },
    },
    .cursor_text = 255,
    .cursor_back = 238,
};

static const Theme light = {
    .looks = {
        [STYLE_NORMAL] = { DEFAULT, DEFAULT, DEFAULT, DEFAULT, 0 },
        [STYLE_DIM] = { 243, DEFAULT, DEFAULT, DEFAULT, A_DIM },
        [STYLE_STRONG] = { 16, DEFAULT, DEFAULT, DEFAULT, A_BOLD },
        [STYLE_TITLE] = { 255, COLOR_WHITE, 24, COLOR_BLUE, A_BOLD },
        [STYLE_STATUS] = { 236, COLOR_BLACK, 253, COLOR_CYAN, 0 },
        [STYLE_KEY] = { 25, COLOR_BLUE, DEFAULT, DEFAULT, A_BOLD },
        [STYLE_HINT] = { 238, DEFAULT, DEFAULT, DEFAULT, 0 },
        [STYLE_HEADING] = { 25, COLOR_BLUE, DEFAULT, DEFAULT, A_BOLD | A_UNDERLINE },
        [STYLE_BORDER] = { 247, DEFAULT, DEFAULT, DEFAULT, A_DIM },
        [STYLE_MARK] = { 130, COLOR_MAGENTA, DEFAULT, DEFAULT, A_BOLD },
        [STYLE_MATCH] = { 16, COLOR_BLACK, 222, COLOR_YELLOW, 0 },
        [STYLE_OK] = { 28, COLOR_GREEN, DEFAULT, DEFAULT, 0 },
        [STYLE_WARNING] = { 130, COLOR_MAGENTA, DEFAULT, DEFAULT, 0 },
        [STYLE_ERROR] = { 160, COLOR_RED, DEFAULT, DEFAULT, 0 },
        [STYLE_ALARM] = { 255, COLOR_WHITE, 160, COLOR_RED, A_BOLD },
        [STYLE_REQUEST] = { 25, COLOR_BLUE, DEFAULT, DEFAULT, 0 },
        [STYLE_PROVISIONAL] = { 94, COLOR_MAGENTA, DEFAULT, DEFAULT, 0 },
        [STYLE_SUCCESS] = { 28, COLOR_GREEN, DEFAULT, DEFAULT, 0 },
        [STYLE_REDIRECT] = { 91, COLOR_MAGENTA, DEFAULT, DEFAULT, 0 },
        [STYLE_FAILURE] = { 160, COLOR_RED, DEFAULT, DEFAULT, 0 },
        [STYLE_MEDIA] = { 30, COLOR_CYAN, DEFAULT, DEFAULT, 0 },
        [STYLE_FIELD] = { 25, COLOR_BLUE, DEFAULT, DEFAULT, 0 },
        [STYLE_PALETTE_0] = { 25, COLOR_BLUE, DEFAULT, DEFAULT, 0 },
        [STYLE_PALETTE_1] = { 94, COLOR_MAGENTA, DEFAULT, DEFAULT, 0 },
        [STYLE_PALETTE_2] = { 28, COLOR_GREEN, DEFAULT, DEFAULT, 0 },
        [STYLE_PALETTE_3] = { 91, COLOR_MAGENTA, DEFAULT, DEFAULT, 0 },
        [STYLE_PALETTE_4] = { 160, COLOR_RED, DEFAULT, DEFAULT, 0 },
        [STYLE_PALETTE_5] = { 30, COLOR_CYAN, DEFAULT, DEFAULT, 0 },
    },
    .cursor_text = 16,
    .cursor_back = 252,
};

/* What is left to tell things apart without any colour. */
static const attr_t plain_attributes[STYLE_COUNT] = {
    [STYLE_STRONG] = A_BOLD,
    [STYLE_TITLE] = A_REVERSE,
    [STYLE_STATUS] = A_REVERSE,
    [STYLE_KEY] = A_BOLD,
    [STYLE_HEADING] = A_BOLD | A_UNDERLINE,
    [STYLE_MARK] = A_BOLD,
    [STYLE_MATCH] = A_REVERSE,
    [STYLE_ERROR] = A_BOLD,
    [STYLE_ALARM] = A_REVERSE | A_BOLD,
    [STYLE_FAILURE] = A_BOLD,
    [STYLE_REQUEST] = A_BOLD,
    [STYLE_FIELD] = A_BOLD,
};

static const char *const glyphs[GLYPH_COUNT][2] = {
    [GLYPH_HORIZONTAL] = { "-", "─" },   [GLYPH_VERTICAL] = { "|", "│" },
    [GLYPH_TEE] = { "+", "┬" },          [GLYPH_CROSS] = { "+", "┼" },
    [GLYPH_DOUBLE_CROSS] = { "+", "╪" }, [GLYPH_TOP_LEFT] = { "+", "┌" },
    [GLYPH_TOP_RIGHT] = { "+", "┐" },    [GLYPH_BOTTOM_LEFT] = { "+", "└" },
    [GLYPH_BOTTOM_RIGHT] = { "+", "┘" }, [GLYPH_DASHED] = { ".", "┄" },
    [GLYPH_DOUBLE] = { "=", "═" },       [GLYPH_RIGHT] = { ">", "▶" },
    [GLYPH_LEFT] = { "<", "◀" },         [GLYPH_TURN] = { "<", "↩" },
    [GLYPH_MORE] = { "~", "…" },         [GLYPH_BULLET] = { "*", "•" },
    [GLYPH_MARK] = { "*", "●" },         [GLYPH_ASCENDING] = { "^", "▲" },
    [GLYPH_DESCENDING] = { "v", "▼" },   [GLYPH_WRAP] = { "\\", "↪" },
    [GLYPH_BAR_FULL] = { "#", "█" },     [GLYPH_BAR_EMPTY] = { ".", "░" },
    [GLYPH_DOT] = { "|", "·" },          [GLYPH_TICK] = { "|", "╵" },
};

static const int fatal_signals[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };

static struct {
    SCREEN *screen;
    WINDOW *input; /* keys are read here, so that reading never redraws the screen */
    bool utf8, braille;
    attr_t attributes[STYLE_COUNT][2];
    _Atomic int wake_write; /* 0: closed */
    int wake_read;
    atomic_bool woken;
    int64_t last_click_us;
    MouseEvent last_click;
    struct termios saved;
    char restore[RESTORE_BYTES_MAX]; /* what ends the full-screen mode, for a crash */
    size_t restore_len;
    struct sigaction old_fatal[G_N_ELEMENTS(fatal_signals)];
    struct sigaction old_resize;
} term;

G_DEFINE_QUARK(rung - tui - error, tui_error)

void tui_wake(void)
{
    int saved_errno = errno;
    int fd = atomic_load(&term.wake_write);
    if (fd > 0 && !atomic_exchange(&term.woken, true)) {
        ssize_t written = write(fd, "", 1);
        (void)written; /* a full pipe wakes as well */
    }
    errno = saved_errno;
}

static void on_resize(int number)
{
    (void)number;
    tui_wake();
}

/* Crashing leaves a usable terminal. The signal is then met by whoever had it before: a fault
 * happens again on return; one that was sent has to be raised again. */
static void on_fatal(int number, siginfo_t *info, void *context)
{
    (void)context;
    tcsetattr(STDIN_FILENO, TCSANOW, &term.saved);
    ssize_t written = write(STDOUT_FILENO, term.restore, term.restore_len);
    (void)written;
    for (size_t i = 0; i < G_N_ELEMENTS(fatal_signals); i++)
        sigaction(fatal_signals[i], &term.old_fatal[i], NULL);
    if (info->si_code <= 0 && number != SIGABRT)
        raise(number);
}

static void note_restore_string(const char *capability)
{
    const char *text = tigetstr(capability);
    if (!text || text == (const char *)-1)
        return;
    size_t len = strlen(text);
    if (len > sizeof term.restore - term.restore_len)
        return;
    memcpy(term.restore + term.restore_len, text, len);
    term.restore_len += len;
}

static void catch_signals(void)
{
    term.restore_len = 0;
    note_restore_string("sgr0");
    note_restore_string("cnorm");
    note_restore_string("rmkx");
    note_restore_string("rmcup");

    struct sigaction resize = { .sa_handler = on_resize, .sa_flags = SA_RESTART };
    sigemptyset(&resize.sa_mask);
    sigaction(SIGWINCH, &resize, &term.old_resize);

    struct sigaction fatal = { .sa_sigaction = on_fatal, .sa_flags = SA_SIGINFO };
    sigemptyset(&fatal.sa_mask);
    for (size_t i = 0; i < G_N_ELEMENTS(fatal_signals); i++)
        sigaction(fatal_signals[i], &fatal, &term.old_fatal[i]);
}

static void release_signals(void)
{
    sigaction(SIGWINCH, &term.old_resize, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(fatal_signals); i++)
        sigaction(fatal_signals[i], &term.old_fatal[i], NULL);
}

static void init_plain_styles(void)
{
    for (unsigned i = 0; i < STYLE_COUNT; i++) {
        term.attributes[i][0] = plain_attributes[i];
        term.attributes[i][1] = plain_attributes[i] ^ A_REVERSE;
    }
}

static void init_coloured_styles(const Theme *theme)
{
    bool rich = COLORS >= 256 && COLOR_PAIRS > 2 * STYLE_COUNT;

    for (unsigned i = 0; i < STYLE_COUNT; i++) {
        const Look *look = &theme->looks[i];
        short pair = (short)(i + 1);
        init_pair(pair, rich ? look->rich : look->plain, rich ? look->rich_back : look->plain_back);
        attr_t extra = rich ? look->attributes & ~A_DIM : look->attributes;
        term.attributes[i][0] = extra | (attr_t)COLOR_PAIR(pair);
        term.attributes[i][1] = term.attributes[i][0] | A_REVERSE;
        if (!rich)
            continue;
        short on_cursor = (short)(pair + CURSOR_PAIR_OFFSET);
        bool has_back = look->rich_back != DEFAULT;
        init_pair(on_cursor, look->rich == DEFAULT ? theme->cursor_text : look->rich,
                  has_back ? look->rich_back : theme->cursor_back);
        term.attributes[i][1] = extra | (attr_t)COLOR_PAIR(on_cursor);
    }
}

/* COLORFGBG is "text;background", set by terminals that want to be asked. */
static bool background_is_light(void)
{
    const char *colours = g_getenv("COLORFGBG");
    const char *back = colours ? strrchr(colours, ';') : NULL;
    return back && (strcmp(back, ";7") == 0 || strcmp(back, ";15") == 0);
}

static void init_styles(const Settings *settings)
{
    const char *theme = settings_string(settings, "theme");

    init_plain_styles();
    if (strcmp(theme, "mono") == 0 || g_getenv("NO_COLOR") || !has_colors())
        return;
    start_color();
    use_default_colors();
    bool is_light =
        strcmp(theme, "light") == 0 || (strcmp(theme, "auto") == 0 && background_is_light());
    init_coloured_styles(is_light ? &light : &dark);
}

static bool open_wake_pipe(GError **error)
{
    int fds[2];
    if (!g_unix_open_pipe(fds, FD_CLOEXEC, error))
        return false;
    g_unix_set_fd_nonblocking(fds[0], true, NULL);
    g_unix_set_fd_nonblocking(fds[1], true, NULL);
    term.wake_read = fds[0];
    atomic_store(&term.woken, false);
    atomic_store(&term.wake_write, fds[1]);
    return true;
}

static void init_input(const Settings *settings)
{
    cbreak();
    noecho();
    nonl();
    curs_set(0);
    set_escdelay(ESCAPE_DELAY_MS);
    term.input = newpad(1, 1);
    keypad(term.input, TRUE);
    nodelay(term.input, TRUE);
    if (settings_bool(settings, "mouse")) {
        mousemask(BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED, NULL);
        mouseinterval(0);
    }
}

bool term_open(const Settings *settings, GError **error)
{
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
        g_set_error(error, TUI_ERROR, 0, "the screen needs a terminal (-q works without one)");
        return false;
    }
    tcgetattr(STDIN_FILENO, &term.saved);
    term.screen = newterm(NULL, stdout, stdin);
    if (!term.screen) {
        g_set_error(error, TUI_ERROR, 0, "terminal type '%s' cannot show a screen",
                    g_getenv("TERM") ? g_getenv("TERM") : "");
        return false;
    }
    if (!open_wake_pipe(error)) {
        endwin();
        return false;
    }
    term.utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    term.braille = term.utf8 && g_strcmp0(g_getenv("TERM"), "linux") != 0;
    init_input(settings);
    init_styles(settings);
    catch_signals();
    return true;
}

void term_open_plain(bool utf8)
{
    term.utf8 = term.braille = utf8;
    init_plain_styles();
}

void term_close(void)
{
    int fd = atomic_exchange(&term.wake_write, 0);

    release_signals();
    delwin(term.input);
    endwin();
    delscreen(term.screen);
    term.screen = NULL;
    if (fd > 0) {
        close(fd);
        close(term.wake_read);
    }
}

bool term_utf8(void)
{
    return term.utf8;
}

bool term_braille(void)
{
    return term.braille;
}

attr_t term_attributes(unsigned style)
{
    return term.attributes[style & 0xff][(style & STYLE_ON_CURSOR) != 0];
}

const char *term_glyph(Glyph glyph)
{
    return glyphs[glyph][term.utf8];
}

static void drain_wake_pipe(void)
{
    char bytes[64];
    while (read(term.wake_read, bytes, sizeof bytes) > 0)
        ;
    atomic_store(&term.woken, false);
}

TermEvent term_wait(int timeout_ms)
{
    struct pollfd fds[] = {
        { .fd = STDIN_FILENO, .events = POLLIN },
        { .fd = term.wake_read, .events = POLLIN },
    };
    int ready = poll(fds, G_N_ELEMENTS(fds), timeout_ms);
    if (ready < 0)
        return TERM_WOKEN;
    if (ready == 0)
        return TERM_TIMEOUT;
    if (fds[0].revents & (POLLHUP | POLLERR | POLLNVAL))
        return TERM_GONE;
    if (fds[1].revents)
        drain_wake_pipe();
    return fds[0].revents & POLLIN ? TERM_INPUT : TERM_WOKEN;
}

bool term_read_key(int *ret_key)
{
    wint_t key;
    int kind = wget_wch(term.input, &key);
    if (kind == ERR)
        return false;
    *ret_key = kind == KEY_CODE_YES ? TERM_CODE((int)key) : (int)key;
    return true;
}

bool term_resize(void)
{
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0)
        return false;
    if (size.ws_row == LINES && size.ws_col == COLS)
        return false;
    resizeterm(size.ws_row, size.ws_col);
    return true;
}

static bool is_double_click(const MouseEvent *event)
{
    int64_t now_us = g_get_monotonic_time();
    bool again = now_us - term.last_click_us < DOUBLE_CLICK_US && event->y == term.last_click.y &&
                 event->x == term.last_click.x;
    term.last_click_us = again ? 0 : now_us;
    term.last_click = *event;
    return again;
}

bool term_read_mouse(MouseEvent *out)
{
    MEVENT mouse;
    if (getmouse(&mouse) != OK)
        return false;
    MouseEvent event = { MOUSE_CLICK, mouse.y, mouse.x };
    if (mouse.bstate & BUTTON4_PRESSED)
        event.kind = MOUSE_WHEEL_UP;
    else if (mouse.bstate & BUTTON5_PRESSED)
        event.kind = MOUSE_WHEEL_DOWN;
    else if (!(mouse.bstate & BUTTON1_PRESSED))
        return false;
    else if (is_double_click(&event))
        event.kind = MOUSE_DOUBLE_CLICK;
    *out = event;
    return true;
}
