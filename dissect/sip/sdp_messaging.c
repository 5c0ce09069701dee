#include "dissect/sip/sdp_messaging.h"
#include "dissect/sip/text.h"

bool sdp_protocol_is_msrp(Slice protocol)
{
    static const Slice suffix = { (const uint8_t *)"/MSRP", 5 };

    return protocol.len > suffix.len &&
           slice_equal_nocase(slice_from(protocol, protocol.len - suffix.len), suffix);
}

static bool read_name(Slice *rest, Slice *out)
{
    if (text_first(*rest) != '"')
        return false;
    Slice inside = slice_from(*rest, 1);
    size_t end = slice_find(inside, '"'); /* one within the name is written %22 */
    *out = slice_sub(inside, 0, end);
    *rest = slice_from(inside, end + 1);
    return end < inside.len;
}

/* Parameters may hold quoted strings, and white space in them. */
static Slice cut_type(Slice *rest)
{
    size_t end = 0;
    bool quoted = false;

    for (; end < rest->len && (quoted || !text_is_space(rest->data[end])); end++)
        quoted ^= rest->data[end] == '"';
    return text_cut(rest, end);
}

/* "sha-1:72:24:5F": bytes as hexadecimal digits, with colons between (RFC 4572 section 5). */
static bool read_hash(Slice value, SdpFile *out)
{
    Slice function = slice_split(&value, ':');
    unsigned len = 0;

    while (value.len > 0) {
        Slice byte = slice_split(&value, ':');
        int high = byte.len == 2 ? g_ascii_xdigit_value((char)byte.data[0]) : -1;
        int low = byte.len == 2 ? g_ascii_xdigit_value((char)byte.data[1]) : -1;
        if (high < 0 || low < 0 || len == SDP_HASH_BYTES_MAX)
            return false;
        out->hash[len++] = (uint8_t)(high << 4 | low);
    }
    if (out->hash_len == 0) { /* of several the first one counts */
        out->hash_function = function;
        out->hash_len = len;
    }
    return len > 0;
}

static bool read_selector(Slice kind, Slice *rest, SdpFile *out)
{
    if (slice_equal_nocase(kind, SLICE_LITERAL("name")))
        return read_name(rest, &out->name);
    if (slice_equal_nocase(kind, SLICE_LITERAL("type"))) {
        out->type = cut_type(rest);
        return out->type.len > 0;
    }
    Slice value = text_cut_word(rest);
    if (slice_equal_nocase(kind, SLICE_LITERAL("size"))) {
        out->has_size = slice_to_uint(value, INT64_MAX, &out->size);
        return out->has_size;
    }
    if (slice_equal_nocase(kind, SLICE_LITERAL("hash")))
        return read_hash(value, out);
    return true;
}

bool sdp_file_parse(Slice selector, SdpFile *out)
{
    bool valid = true;

    *out = (SdpFile){ 0 };
    for (Slice rest = text_skip_space(selector); rest.len > 0; rest = text_skip_space(rest)) {
        Slice kind = slice_sub(rest, 0, slice_find(rest, ':'));
        if (!text_is_token(kind) || kind.len == rest.len)
            return false;
        rest = slice_from(rest, kind.len + 1);
        valid &= read_selector(kind, &rest, out);
    }
    return valid;
}

char *sdp_file_name(const SdpFile *file)
{
    GString *name;

    if (file->name.len == 0)
        return NULL;
    name = g_string_sized_new(file->name.len);
    for (size_t i = 0; i < file->name.len; i++) {
        const char *at = (const char *)file->name.data + i;
        bool escaped = *at == '%' && i + 2 < file->name.len && g_ascii_isxdigit(at[1]) &&
                       g_ascii_isxdigit(at[2]);
        int byte = escaped ? g_ascii_xdigit_value(at[1]) << 4 | g_ascii_xdigit_value(at[2]) : *at;
        g_string_append_c(name, byte ? (char)byte : '?');
        i += escaped ? 2 : 0;
    }
    return g_string_free(name, FALSE);
}
