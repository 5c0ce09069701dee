#include "export/json_writer.h"
#include "dissect/base/clock.h"
#include "export/escape.h"
#include <math.h>
#include <stdio.h>

static void append_uint(GString *out, uint64_t value)
{
    char digits[20];
    size_t at = sizeof digits;

    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value);
    g_string_append_len(out, digits + at, (gssize)(sizeof digits - at));
}

static void append_escape(GString *out, gunichar c)
{
    if (c > 0xffff) {
        c -= 0x10000;
        g_string_append_printf(out, "\\u%04x\\u%04x", 0xd800 + (c >> 10), 0xdc00 + (c & 0x3ff));
    } else {
        g_string_append_printf(out, "\\u%04x", c);
    }
}

static bool is_plain(char c)
{
    return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

static void append_valid_utf8(GString *out, const char *text)
{
    while (*text) {
        const char *start = text;
        while (is_plain(*text))
            text++;
        g_string_append_len(out, start, text - start);
        if (*text == '\0')
            return;
        gunichar c = g_utf8_get_char(text);
        const char *next = g_utf8_next_char(text);
        if (c == '"' || c == '\\') {
            g_string_append_c(out, '\\');
            g_string_append_c(out, (char)c);
        } else if (escape_is_safe(c)) {
            g_string_append_len(out, text, next - text);
        } else {
            append_escape(out, c);
        }
        text = next;
    }
}

static void append_string(GString *out, const char *text)
{
    g_string_append_c(out, '"');
    if (g_utf8_validate(text, -1, NULL)) {
        append_valid_utf8(out, text);
    } else {
        g_autofree char *valid = escape_utf8(text);
        append_valid_utf8(out, valid);
    }
    g_string_append_c(out, '"');
}

static void begin_value(JsonWriter *json, const char *key)
{
    if (json->comma)
        g_string_append_c(json->out, ',');
    json->comma = true;
    if (!key)
        return;
    g_string_append_c(json->out, '"');
    g_string_append(json->out, key);
    g_string_append(json->out, "\":");
}

static void open_level(JsonWriter *json, const char *key, char bracket)
{
    begin_value(json, key);
    g_string_append_c(json->out, bracket);
    json->comma = false;
}

static void close_level(JsonWriter *json, char bracket)
{
    g_string_append_c(json->out, bracket);
    json->comma = true;
}

void json_begin_object(JsonWriter *json, const char *key)
{
    open_level(json, key, '{');
}

void json_end_object(JsonWriter *json)
{
    close_level(json, '}');
}

void json_begin_array(JsonWriter *json, const char *key)
{
    open_level(json, key, '[');
}

void json_end_array(JsonWriter *json)
{
    close_level(json, ']');
}

void json_null(JsonWriter *json, const char *key)
{
    begin_value(json, key);
    g_string_append(json->out, "null");
}

void json_bool(JsonWriter *json, const char *key, bool value)
{
    begin_value(json, key);
    g_string_append(json->out, value ? "true" : "false");
}

void json_uint(JsonWriter *json, const char *key, uint64_t value)
{
    begin_value(json, key);
    append_uint(json->out, value);
}

void json_int(JsonWriter *json, const char *key, int64_t value)
{
    begin_value(json, key);
    if (value < 0)
        g_string_append_c(json->out, '-');
    append_uint(json->out, value < 0 ? UINT64_C(0) - (uint64_t)value : (uint64_t)value);
}

void json_uint_if(JsonWriter *json, const char *key, bool known, uint64_t value)
{
    if (known)
        json_uint(json, key, value);
    else
        json_null(json, key);
}

void json_int_if(JsonWriter *json, const char *key, bool known, int64_t value)
{
    if (known)
        json_int(json, key, value);
    else
        json_null(json, key);
}

/* @scaled is the magnitude times 10^@digits. */
static void append_fixed(GString *out, uint64_t scaled, unsigned digits)
{
    char fraction[9];
    uint64_t whole = scaled;

    for (unsigned i = digits; i-- > 0;) {
        fraction[i] = (char)('0' + whole % 10);
        whole /= 10;
    }
    append_uint(out, whole);
    while (digits && fraction[digits - 1] == '0')
        digits--;
    if (digits == 0)
        return;
    g_string_append_c(out, '.');
    g_string_append_len(out, fraction, (gssize)digits);
}

void json_double(JsonWriter *json, const char *key, double value, unsigned digits)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    double scaled = fabs(value);

    if (!isfinite(value)) {
        json_null(json, key);
        return;
    }
    begin_value(json, key);
    for (unsigned i = 0; i < digits; i++)
        scaled *= 10;
    if (scaled >= 9e15) { /* beyond the integers a double holds: its digits are all there is */
        g_string_append(json->out, g_ascii_dtostr(text, sizeof text, value));
        return;
    }
    uint64_t rounded = (uint64_t)llround(scaled);
    if (value < 0 && rounded)
        g_string_append_c(json->out, '-');
    append_fixed(json->out, rounded, digits);
}

void json_string(JsonWriter *json, const char *key, const char *text)
{
    if (!text) {
        json_null(json, key);
        return;
    }
    begin_value(json, key);
    append_string(json->out, text);
}

void json_time(JsonWriter *json, const char *key, int64_t time_ns)
{
    char text[TIME_TEXT_SIZE];
    json_string(json, key,
                time_ns == TIME_UNKNOWN ? NULL : time_format_rfc3339(time_ns, text, sizeof text));
}

void json_milliseconds(JsonWriter *json, const char *key, int64_t ns)
{
    if (ns == TIME_UNKNOWN) {
        json_null(json, key);
        return;
    }
    begin_value(json, key);
    if (ns < 0)
        g_string_append_c(json->out, '-');
    append_fixed(json->out, ns < 0 ? UINT64_C(0) - (uint64_t)ns : (uint64_t)ns, 6);
}

void json_endpoint(JsonWriter *json, const char *key, Endpoint endpoint)
{
    char text[ENDPOINT_TEXT_SIZE];
    json_string(json, key, endpoint_format(endpoint, text, sizeof text));
}
