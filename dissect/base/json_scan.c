#include "dissect/base/json_scan.h"
#include <glib.h>

typedef struct {
    Slice rest;
    unsigned depth;
    const char *outer;
    unsigned element;
    JsonTake take;
    void *context;
} Scan;

/* 0 at the end: no byte of JSON. */
static uint8_t first_of(Slice text)
{
    return text.len ? text.data[0] : 0;
}

static Slice skip_space(Slice text)
{
    size_t len = 0;
    while (len < text.len && slice_is_space_byte(text.data[len]))
        len++;
    return slice_from(text, len);
}

static bool cut(Scan *scan, uint8_t byte)
{
    scan->rest = skip_space(scan->rest);
    if (first_of(scan->rest) != byte)
        return false;
    scan->rest = slice_from(scan->rest, 1);
    return true;
}

static bool cut_escape(Scan *scan, GString *out)
{
    static const char letters[] = "bfnrt", meant[] = "\b\f\n\r\t";
    uint8_t byte = first_of(scan->rest);
    gunichar c = 0;

    if (byte == 'u') {
        if (scan->rest.len < 5)
            return false;
        for (unsigned i = 1; i < 5; i++) {
            int digit = g_ascii_xdigit_value((char)scan->rest.data[i]);
            if (digit < 0)
                return false;
            c = c << 4 | (gunichar)digit;
        }
        g_string_append_unichar(out, c && g_unichar_validate(c) ? c : 0xfffd);
        scan->rest = slice_from(scan->rest, 5);
        return true;
    }
    const char *letter = byte ? strchr(letters, byte) : NULL;
    if (!letter && byte != '"' && byte != '\\' && byte != '/')
        return false;
    g_string_append_c(out, letter ? meant[letter - letters] : (char)byte);
    scan->rest = slice_from(scan->rest, 1);
    return true;
}

/* Its opening quote has been cut. NULL when it does not end. */
static char *cut_string(Scan *scan)
{
    g_autoptr(GString) out = g_string_new(NULL);

    while (scan->rest.len > 0) {
        uint8_t byte = scan->rest.data[0];
        scan->rest = slice_from(scan->rest, 1);
        if (byte == '"')
            return g_strdup(out->str);
        if (byte < ' ' || (byte == '\\' && !cut_escape(scan, out)))
            return NULL;
        if (byte != '\\')
            g_string_append_c(out, (char)byte);
    }
    return NULL;
}

static bool scan_value(Scan *scan, const char *key);

static bool scan_member(Scan *scan)
{
    g_autofree char *key = cut(scan, '"') ? cut_string(scan) : NULL;

    if (!key || !cut(scan, ':'))
        return false;
    bool outermost = scan->depth == 1;
    if (!outermost)
        return scan_value(scan, key);
    scan->rest = skip_space(scan->rest);
    uint8_t first = first_of(scan->rest);
    scan->outer = first == '{' || first == '[' ? key : "";
    scan->element = 0;
    bool valid = scan_value(scan, key);
    scan->outer = "";
    return valid;
}

/* Members or elements up to @end; the opening bracket has been cut. */
static bool scan_inside(Scan *scan, const char *key, uint8_t end)
{
    bool valid = true;

    if (scan->depth >= JSON_SCAN_DEPTH_MAX)
        return false;
    scan->depth++;
    if (!cut(scan, end)) {
        do {
            valid = end == '}' ? scan_member(scan) : scan_value(scan, key);
            scan->element += end == ']' && scan->depth == 2;
        } while (valid && cut(scan, ','));
        valid = valid && cut(scan, end);
    }
    scan->depth--;
    return valid;
}

static void give(const Scan *scan, const char *key, const char *text)
{
    scan->take(scan->context, &(JsonValue){ scan->outer, scan->element, key, text });
}

static bool is_literal_byte(uint8_t byte)
{
    return g_ascii_isalnum((char)byte) || byte == '-' || byte == '+' || byte == '.';
}

/* A number, true, false or null. */
static bool scan_literal(Scan *scan, const char *key)
{
    size_t len = 0;
    while (len < scan->rest.len && is_literal_byte(scan->rest.data[len]))
        len++;
    if (len == 0)
        return false;
    g_autofree char *text = slice_dup(slice_sub(scan->rest, 0, len));
    scan->rest = slice_from(scan->rest, len);
    give(scan, key, text);
    return true;
}

static bool scan_value(Scan *scan, const char *key)
{
    if (cut(scan, '{'))
        return scan_inside(scan, key, '}');
    if (cut(scan, '['))
        return scan_inside(scan, key, ']');
    if (!cut(scan, '"'))
        return scan_literal(scan, key);
    g_autofree char *text = cut_string(scan);
    if (text)
        give(scan, key, text);
    return text != NULL;
}

bool json_scan(Slice text, JsonTake take, void *context)
{
    Scan scan = { .rest = text, .outer = "", .take = take, .context = context };

    return cut(&scan, '{') && scan_inside(&scan, "", '}') && slice_trim(scan.rest).len == 0;
}
