#include "ui/tui/screen.h"

#define NOTICE_US (6 * G_USEC_PER_SEC)

Screen *screen_new(Ui *ui, const ScreenOps *ops, void *state)
{
    Screen *screen = g_new0(Screen, 1);
    screen->ops = ops;
    screen->state = state;
    screen->map = keymap_new(ops->name, ops->keys, ui->context->settings);
    return screen;
}

void screen_free(Screen *screen)
{
    if (!screen)
        return;
    screen->ops->free(screen->state);
    keymap_free(screen->map);
    g_free(screen);
}

static void set_notice(Ui *ui, bool is_error, char *text)
{
    g_free(ui->notice);
    ui->notice = text;
    ui->notice_is_error = is_error;
    ui->notice_until_us = g_get_monotonic_time() + NOTICE_US;
}

void ui_notice(Ui *ui, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    set_notice(ui, false, g_strdup_vprintf(format, arguments));
    va_end(arguments);
}

void ui_error(Ui *ui, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    set_notice(ui, true, g_strdup_vprintf(format, arguments));
    va_end(arguments);
}
