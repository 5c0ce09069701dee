#include "ui/tui/text_field.h"
#include "export/escape.h"

#define TEXT_BYTES_MAX 4096

#define CONTROL(letter) ((letter)&0x1f)

void text_field_init(TextField *field, const char *text)
{
    field->text = g_string_new(text);
    field->at = field->text->len;
}

void text_field_clear(TextField *field)
{
    g_string_free(field->text, TRUE);
    field->text = NULL;
}

void text_field_replace(TextField *field, size_t from, size_t to, const char *with)
{
    g_string_erase(field->text, (gssize)from, (gssize)(to - from));
    g_string_insert(field->text, (gssize)from, with);
    field->at = from + strlen(with);
}

static size_t before(const TextField *field)
{
    const char *start = field->text->str;
    const char *previous = g_utf8_find_prev_char(start, start + field->at);
    return previous ? (size_t)(previous - start) : 0;
}

static size_t after(const TextField *field)
{
    const char *start = field->text->str;
    return field->at < field->text->len ? (size_t)(g_utf8_next_char(start + field->at) - start)
                                        : field->at;
}

static size_t word_before(const TextField *field)
{
    const char *text = field->text->str;
    size_t at = field->at;
    while (at > 0 && text[at - 1] == ' ')
        at--;
    while (at > 0 && text[at - 1] != ' ')
        at--;
    return at;
}

static bool insert(TextField *field, int key)
{
    char bytes[8] = { 0 };

    if (key < 0x20 || key == 0x7f || key > 0x10ffff || !g_unichar_isprint((gunichar)key))
        return false;
    g_unichar_to_utf8((gunichar)key, bytes);
    if (field->text->len < TEXT_BYTES_MAX)
        text_field_replace(field, field->at, field->at, bytes);
    return true;
}

bool text_field_key(TextField *field, int key)
{
    switch (key) {
    case TERM_CODE(KEY_LEFT):
    case CONTROL('B'):
        field->at = before(field);
        return true;
    case TERM_CODE(KEY_RIGHT):
    case CONTROL('F'):
        field->at = after(field);
        return true;
    case TERM_CODE(KEY_HOME):
    case CONTROL('A'):
        field->at = 0;
        return true;
    case TERM_CODE(KEY_END):
    case CONTROL('E'):
        field->at = field->text->len;
        return true;
    case TERM_CODE(KEY_BACKSPACE):
    case 0x7f:
    case CONTROL('H'):
        text_field_replace(field, before(field), field->at, "");
        return true;
    case TERM_CODE(KEY_DC):
        g_string_erase(field->text, (gssize)field->at, (gssize)(after(field) - field->at));
        return true;
    case CONTROL('W'):
        text_field_replace(field, word_before(field), field->at, "");
        return true;
    case CONTROL('U'):
        text_field_replace(field, 0, field->at, "");
        return true;
    case CONTROL('K'):
        g_string_truncate(field->text, field->at);
        return true;
    default:
        return insert(field, key);
    }
}

void text_field_draw(const TextField *field, WINDOW *window, Rect at, bool focused)
{
    g_autofree char *head = g_strndup(field->text->str, field->at);
    g_autofree char *under = g_strndup(field->text->str + field->at, after(field) - field->at);
    const char *start = head;

    while (cells_width(start) >= at.columns && *start)
        start = g_utf8_next_char(start);
    cells_blank(window, at, STYLE_STATUS);
    int used = cells_text(window, at, STYLE_STATUS, start);
    if (!focused) {
        cells_text(window, cells_row(at.y, at.x + used, at.columns - used), STYLE_STATUS,
                   field->text->str + field->at);
        return;
    }
    used += cells_text(window, cells_row(at.y, at.x + used, at.columns - used), STYLE_MATCH,
                       *under ? under : " ");
    cells_text(window, cells_row(at.y, at.x + used, at.columns - used), STYLE_STATUS,
               field->text->str + after(field));
}
