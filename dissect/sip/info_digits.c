/* dissect/sip/info_digits.c - see info_digits.h */
#include "dissect/sip/info_digits.h"
#include "dissect/sip/mime.h"

#define FLASH           16
#define EVENT_CODE_MAX  16
#define DURATION_MAX_MS 3600000

static int code_of(char digit)
{
    static const char digits[] = "0123456789*#ABCD";
    const char *at = digit ? strchr(digits, g_ascii_toupper(digit)) : NULL;
    return at ? (int)(at - digits) : -1;
}

static bool is_flash(Slice signal)
{
    return slice_equal_nocase(signal, SLICE_LITERAL("flash")) ||
           slice_equal_nocase(signal, SLICE_LITERAL("hf")) ||
           slice_equal_nocase(signal, SLICE_LITERAL("!"));
}

static bool add(InfoDigits *digits, int code)
{
    if (code < 0 || digits->count == INFO_DIGITS_MAX)
        return false;
    digits->codes[digits->count++] = (uint8_t)code;
    return true;
}

/* One signal: a digit, "flash", or an event code from 10 on, as some gateways write * and #. */
static bool add_signal(InfoDigits *digits, Slice signal)
{
    uint64_t code;

    if (is_flash(signal))
        return add(digits, FLASH);
    if (signal.len == 2 && slice_to_uint(signal, EVENT_CODE_MAX, &code))
        return add(digits, (int)code);
    return signal.len == 1 && add(digits, code_of((char)signal.data[0]));
}

/* Several digits in a row, spaces and commas (pauses) between them. */
static void add_string(InfoDigits *digits, Slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = (char)text.data[i];
        if (c == ' ' || c == ',' || c == '-')
            continue;
        if (!add(digits, code_of(c)))
            return;
    }
}

static Slice unquote(Slice value)
{
    bool quoted = value.len >= 2 && value.data[0] == '"' && slice_last(value) == '"';
    return quoted ? slice_sub(value, 1, value.len - 2) : value;
}

static void read_line(InfoDigits *digits, Slice line)
{
    uint64_t ms;
    Slice value = line;
    Slice name = slice_trim(slice_split(&value, slice_find(line, '=') < line.len ? '=' : ':'));

    value = unquote(slice_trim(value));
    if (slice_equal_nocase(name, SLICE_LITERAL("signal"))) {
        if (!add_signal(digits, value))
            add_string(digits, value);
    } else if (slice_equal_nocase(name, SLICE_LITERAL("d"))) {
        add_string(digits, value);
    } else if (slice_equal_nocase(name, SLICE_LITERAL("duration")) &&
               slice_to_uint(value, DURATION_MAX_MS, &ms)) {
        digits->duration_ms = (int32_t)ms;
    }
}

static void read_lines(InfoDigits *digits, Slice body)
{
    while (body.len > 0)
        read_line(digits, slice_trim(slice_split(&body, '\n')));
}

DissectStatus info_digits_parse(Slice content_type, Slice body, InfoDigits *out)
{
    static const Slice types[] = {
        SLICE_LITERAL("application/dtmf-relay"),
        SLICE_LITERAL("application/dtmf"),
        SLICE_LITERAL("application/vnd.nortelnetworks.digits"),
        SLICE_LITERAL("audio/telephone-event"),
    };
    InfoDigits digits = { .duration_ms = -1 };
    Slice part = SLICE_EMPTY;
    bool mine = false;

    for (size_t i = 0; i < G_N_ELEMENTS(types) && !mine; i++)
        mine = mime_find(content_type, body, types[i], &part);
    if (!mine)
        return DISSECT_NOT_MINE;
    read_lines(&digits, part);
    Slice whole = slice_trim(part);
    if (digits.count == 0 && slice_find(whole, '=') == whole.len && !add_signal(&digits, whole))
        add_string(&digits, whole);
    if (digits.count == 0)
        return DISSECT_MALFORMED;
    *out = digits;
    return DISSECT_OK;
}
