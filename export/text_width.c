#include "export/text_width.h"

unsigned char_width(gunichar c)
{
    if (g_unichar_iszerowidth(c))
        return 0;
    return g_unichar_iswide(c) ? 2 : 1;
}

unsigned text_width(const char *text)
{
    unsigned width = 0;
    for (const char *at = text; *at; at = g_utf8_next_char(at))
        width += char_width(g_utf8_get_char(at));
    return width;
}

unsigned text_clip(GString *out, const char *text, unsigned width, bool utf8)
{
    unsigned whole = text_width(text);
    unsigned used = 0;

    if (whole <= width) {
        g_string_append(out, text);
        return whole;
    }
    if (width == 0)
        return 0;
    for (const char *at = text; *at; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        if (used + char_width(c) > width - 1)
            break;
        g_string_append_unichar(out, c);
        used += char_width(c);
    }
    g_string_append(out, utf8 ? "…" : "~");
    return used + 1;
}
