#include "dissect/sip/usual.h"

#include "dissect/sip/via.h"

/* At most nine digits between @at and @end. False: there is something else. */
static bool read_digits(const TextMap *map, size_t at, size_t end, uint32_t *out)
{
    uint32_t number = 0;

    if (at >= end || end - at > 9)
        return false;
    for (const uint8_t *digit = map->data + at; digit < map->data + end; digit++) {
        if (!text_is_digit(*digit))
            return false;
        number = number * 10 + *digit - '0';
    }
    *out = number;
    return true;
}

/* [:port]. Returns its end; 0: refused. */
static size_t cut_port(const TextMap *map, size_t at, uint16_t *port)
{
    uint32_t number;

    *port = 0;
    if (text_map_byte(map, at) != ':')
        return at;
    size_t end = text_map_mark(map, ++at);
    if (!read_digits(map, at, end, &number) || number > UINT16_MAX)
        return 0;
    *port = (uint16_t)number;
    return end;
}

bool usual_cseq(const TextMap *map, size_t at, size_t end, uint32_t *number, Slice *method)
{
    size_t space = text_map_mark(map, at);
    size_t name = space + 1;

    if (name >= end || map->data[space] != ' ' || text_map_mark(map, name) != end)
        return false;
    *method = text_map_slice(map, name, end);
    return read_digits(map, at, space, number);
}

/* Of URI parameters, and nothing of what may stand behind them. */
static size_t parameters_end(const TextMap *map, size_t at)
{
    for (;; at++) {
        at = text_map_mark(map, at);
        uint8_t byte = text_map_byte(map, at);
        if (byte == '?' || !text_is_of(byte, TEXT_USER))
            return at;
    }
}

size_t usual_uri(const TextMap *map, size_t at, SipUri *out)
{
    static const uint8_t scheme[] = "sip:";
    size_t start = at, host = at + 4;
    uint16_t port;

    if (host > map->len || text_difference(map->data + at, scheme, 4) != 0)
        return 0;
    Slice user = SLICE_EMPTY;
    size_t end = text_map_run(map, host, TEXT_USER);
    if (text_map_byte(map, end) == '@') {
        user = text_map_slice(map, host, end);
        host = end + 1;
    }
    end = text_map_mark(map, host);
    Slice name = text_map_slice(map, host, end);
    end = name.len ? cut_port(map, end, &port) : 0;
    if (end == 0)
        return 0;
    Slice parameters = SLICE_EMPTY;
    if (text_map_byte(map, end) == ';') {
        size_t from = end + 1;
        end = parameters_end(map, from);
        parameters = text_map_slice(map, from, end);
    }
    *out = (SipUri){
        .whole = text_map_slice(map, start, end),
        .scheme = SIP_SCHEME_SIP,
        .user = user,
        .host = name,
        .port = port,
        .parameters = parameters,
    };
    return end;
}

/* What stands between quotes, the spaces behind them skipped; @at is behind the first one. */
static size_t cut_quoted_name(const TextMap *map, size_t at, Slice *name)
{
    size_t start = at;

    for (;; at++) {
        at = text_map_mark(map, at);
        uint8_t byte = text_map_byte(map, at);
        if (byte == '"')
            break;
        if (byte == '\\' || byte < ' ')
            return 0;
    }
    *name = text_map_slice(map, start, at++);
    while (text_map_byte(map, at) == ' ')
        at++;
    return at;
}

/* Tokens with a space behind each. */
static size_t cut_name(const TextMap *map, size_t at, Slice *name)
{
    size_t start = at, end = at;

    for (;;) {
        end = text_map_run(map, at, TEXT_TOKEN);
        if (end == at || text_map_byte(map, end) != ' ')
            break;
        at = end + 1;
    }
    if (end != at || at == start)
        return 0;
    *name = text_map_slice(map, start, at - 1);
    return at;
}

size_t usual_address(const TextMap *map, size_t at, SipNameAddr *out)
{
    uint8_t first = text_map_byte(map, at);

    out->display_name = SLICE_EMPTY;
    if (first == '"')
        at = cut_quoted_name(map, at + 1, &out->display_name);
    else if (first != '<')
        at = cut_name(map, at, &out->display_name);
    if (at == 0 && first != '<')
        return 0;
    if (text_map_byte(map, at) != '<')
        return 0;
    at = usual_uri(map, at + 1, &out->uri);
    return at && text_map_byte(map, at) == '>' ? at + 1 : 0;
}

bool usual_parameters(const TextMap *map, size_t at, size_t end, Slice *parameters)
{
    *parameters = SLICE_EMPTY;
    if (at >= end)
        return at == end;
    uint8_t next = text_map_byte(map, at + 1);
    if (map->data[at] != ';' || next <= ' ' || next == ';')
        return false;
    *parameters = text_map_slice(map, at + 1, end);
    return true;
}

bool usual_first_parameter(const TextMap *map, Slice parameters, Slice name, Slice *value)
{
    if (parameters.len <= name.len || parameters.data[name.len] != '=' ||
        !text_is_named(slice_of(parameters.data, name.len), name))
        return false;
    size_t start = (size_t)(parameters.data - map->data) + name.len + 1;
    size_t end = text_map_run(map, start, TEXT_TOKEN);
    size_t last = (size_t)(parameters.data - map->data) + parameters.len;
    *value = text_map_slice(map, start, end);
    return end == last || text_map_byte(map, end) == ';';
}

bool usual_via(const TextMap *map, size_t at, size_t end, SipVia *out)
{
    const Slice sip = SLICE_LITERAL("SIP/2.0/");

    if (!text_begins_with(text_map_slice(map, at, end), sip))
        return false;
    at += sip.len;
    size_t space = text_map_mark(map, at);
    size_t host = space + 1;
    if (space == at || text_map_byte(map, space) != ' ')
        return false;
    size_t behind = text_map_mark(map, host);
    *out = (SipVia){ .protocol = text_map_slice(map, at, space),
                     .host = text_map_slice(map, host, behind) };
    at = behind > host ? cut_port(map, behind, &out->port) : 0;
    if (at == 0 || at >= end || map->data[at] != ';')
        return false;
    out->parameters = text_map_slice(map, at + 1, end);
    while (at < end) {
        size_t name = at + 1;
        size_t stop = text_map_mark(map, name);
        Slice value = SLICE_EMPTY;
        at = stop;
        if (text_map_byte(map, at) == '=') {
            at = text_map_run(map, stop + 1, TEXT_TOKEN);
            value = text_map_slice(map, stop + 1, at);
        }
        if (at < end && map->data[at] != ';')
            return false;
        if (!via_read_parameter(text_map_slice(map, name, stop), value, out))
            return false;
    }
    return true;
}
