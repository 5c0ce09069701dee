/* The canvas of dots: patterns as Unicode numbers them, and nothing outside of it. */
#include "ui/tui/braille.h"
#include <limits.h>
#include <locale.h>
#include <string.h>

#define ROWS    3
#define COLUMNS 8

static WINDOW *pad;

static void assert_row(int y, const char *expected)
{
    wchar_t wide[COLUMNS + 1];
    g_autoptr(GString) text = g_string_new(NULL);

    g_assert_cmpint(mvwinnwstr(pad, y, 0, wide, COLUMNS), >=, 0);
    for (unsigned i = 0; wide[i]; i++)
        g_string_append_unichar(text, (gunichar)wide[i]);
    g_strchomp(text->str);
    g_assert_cmpstr(text->str, ==, expected);
}

static void test_dots(void)
{
    /* Unicode 15, chapter 21.1: dots 1 2 3 7 down the left, 4 5 6 8 down the right */
    static const uint8_t patterns[BRAILLE_DOTS_Y][BRAILLE_DOTS_X] = {
        { 1 << 0, 1 << 3 }, { 1 << 1, 1 << 4 }, { 1 << 2, 1 << 5 }, { 1 << 6, 1 << 7 }
    };
    for (int y = 0; y < BRAILLE_DOTS_Y; y++) {
        for (int x = 0; x < BRAILLE_DOTS_X; x++) {
            Braille canvas;
            wchar_t wide[2];
            braille_init(&canvas, 2, 2);
            braille_dot(&canvas, BRAILLE_DOTS_X + x, BRAILLE_DOTS_Y + y, STYLE_OK);
            werase(pad);
            braille_draw(&canvas, pad, 0, 0);
            mvwinnwstr(pad, 1, 1, wide, 1);
            g_assert_cmphex((unsigned)wide[0], ==, 0x2800u + patterns[y][x]);
            assert_row(0, "");
            braille_clear(&canvas);
        }
    }
}

static void test_shapes(void)
{
    Braille canvas;

    braille_init(&canvas, 2, 4);
    braille_line(&canvas, 0, 7, 7, 0, STYLE_NORMAL);
    werase(pad);
    braille_draw(&canvas, pad, 0, 0);
    assert_row(0, "  ⡠⠊");
    assert_row(1, "⡠⠊");
    braille_clear(&canvas);

    braille_init(&canvas, 2, 4);
    braille_column(&canvas, 1, 5, 2, STYLE_NORMAL);
    braille_row(&canvas, 7, 2, 7, 1, STYLE_NORMAL);
    werase(pad);
    braille_draw(&canvas, pad, 0, 1);
    assert_row(0, " ⢠");
    assert_row(1, " ⠘⣀⣀⣀");
    braille_clear(&canvas);
}

static void test_outside(void)
{
    Braille canvas;

    braille_init(&canvas, 2, 2);
    braille_dot(&canvas, -1, 0, STYLE_NORMAL);
    braille_dot(&canvas, 4, 0, STYLE_NORMAL);
    braille_dot(&canvas, 0, 8, STYLE_NORMAL);
    braille_column(&canvas, 9, INT_MIN, INT_MAX, STYLE_NORMAL);
    braille_row(&canvas, -3, INT_MIN, INT_MAX, 1, STYLE_NORMAL);
    braille_line(&canvas, -500, -500, -20, 90, STYLE_NORMAL);
    for (int i = 0; i < 4; i++)
        g_assert_cmpuint(canvas.dots[i], ==, 0);
    braille_column(&canvas, 0, INT_MIN, INT_MAX, STYLE_NORMAL);
    braille_row(&canvas, 0, INT_MIN, INT_MAX, 2, STYLE_NORMAL);
    werase(pad);
    braille_draw(&canvas, pad, ROWS - 1, COLUMNS - 1); /* most of it beside the window */
    braille_draw(&canvas, pad, -1, -1);
    assert_row(ROWS - 1, "       ⡇");
    braille_clear(&canvas);

    braille_init(&canvas, -1, 5);
    braille_dot(&canvas, 0, 0, STYLE_NORMAL);
    braille_draw(&canvas, pad, 0, 0);
    braille_clear(&canvas);
}

static void test_cursor(void)
{
    Braille canvas;

    braille_init(&canvas, 1, 3);
    braille_dot(&canvas, 0, 0, STYLE_NORMAL);
    canvas.cursor = 1;
    werase(pad);
    braille_draw(&canvas, pad, 0, 0);
    g_assert_cmpuint(mvwinch(pad, 0, 0) & A_REVERSE, ==, 0);
    g_assert_cmpuint(mvwinch(pad, 0, 1) & A_REVERSE, !=, 0);
    braille_clear(&canvas);
}

static void test_ascii(void)
{
    Braille canvas;

    term_open_plain(false);
    braille_init(&canvas, 1, 5);
    braille_dot(&canvas, 0, 0, STYLE_NORMAL);
    braille_dot(&canvas, 2, 3, STYLE_NORMAL);
    braille_dot(&canvas, 4, 1, STYLE_NORMAL);
    braille_dot(&canvas, 5, 2, STYLE_NORMAL);
    braille_column(&canvas, 6, 0, 3, STYLE_NORMAL);
    braille_column(&canvas, 7, 0, 3, STYLE_NORMAL);
    werase(pad);
    braille_draw(&canvas, pad, 0, 0);
    assert_row(0, "'.:#");
    braille_clear(&canvas);
    term_open_plain(true);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (!setlocale(LC_ALL, "C.UTF-8"))
        return 77;
    FILE *nowhere = fopen("/dev/null", "r+");
    SCREEN *screen = newterm("xterm", nowhere, nowhere);
    if (!screen)
        return 77;
    pad = newpad(ROWS, COLUMNS);
    term_open_plain(true);
    g_test_add_func("/tui/braille/dots", test_dots);
    g_test_add_func("/tui/braille/shapes", test_shapes);
    g_test_add_func("/tui/braille/outside", test_outside);
    g_test_add_func("/tui/braille/cursor", test_cursor);
    g_test_add_func("/tui/braille/ascii", test_ascii);
    int status = g_test_run();
    delwin(pad);
    endwin();
    delscreen(screen);
    fclose(nowhere);
    return status;
}
