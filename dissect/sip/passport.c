#include "dissect/sip/passport.h"
#include "dissect/base/clock.h"
#include "dissect/base/json_scan.h"
#include "dissect/sip/uri.h"

const char *passport_form_name(PassportForm form)
{
    static const char *const names[] = { "full", "compact", "rfc4474" };
    return names[form];
}

bool passport_is_fresh(const Passport *passport, int64_t time_ns)
{
    int64_t age_s = time_ns / NS_PER_S - passport->iat_s;
    return passport->iat_s >= 0 && age_s >= -PASSPORT_FRESH_S && age_s <= PASSPORT_FRESH_S;
}

void passport_clear(Passport *passport)
{
    g_free(passport->alg);
    g_free(passport->ppt);
    g_free(passport->x5u);
    g_free(passport->orig);
    g_free(passport->dest);
    g_free(passport->attest);
    g_free(passport->origid);
    g_free(passport->div);
    *passport = (Passport){ .iat_s = -1 };
}

static bool is_base64url(uint8_t byte)
{
    return g_ascii_isalnum((char)byte) || byte == '-' || byte == '_';
}

/* Unpadded base64url (RFC 7515 section 2); NULL when it is none. Caller frees. */
static uint8_t *decode_base64url(Slice text, size_t *out_len)
{
    if (text.len == 0 || text.len > PASSPORT_BYTES_MAX)
        return NULL;
    g_autofree char *usual = g_malloc(text.len + 4);
    for (size_t i = 0; i < text.len; i++) {
        uint8_t byte = text.data[i];
        if (!is_base64url(byte))
            return NULL;
        usual[i] = byte == '-' ? '+' : byte == '_' ? '/' : (char)byte;
    }
    size_t len = text.len;
    while (len % 4)
        usual[len++] = '=';
    usual[len] = '\0';
    return g_base64_decode(usual, out_len);
}

static void set_once(char **text, const char *value)
{
    if (!*text)
        *text = g_strdup(value);
}

static void add_destination(Passport *passport, const char *value)
{
    if (passport->dest_count++ >= PASSPORT_TARGETS_MAX)
        return;
    char *joined =
        passport->dest ? g_strconcat(passport->dest, ", ", value, NULL) : g_strdup(value);
    g_free(passport->dest);
    passport->dest = joined;
}

static void take_claim(void *context, const JsonValue *claim)
{
    Passport *passport = context;
    const char *outer = claim->outer, *key = claim->key, *value = claim->text;
    uint64_t seconds;

    if (strcmp(outer, "dest") == 0)
        add_destination(passport, value);
    else if (strcmp(outer, "orig") == 0)
        set_once(&passport->orig, value);
    else if (strcmp(outer, "div") == 0)
        set_once(&passport->div, value);
    else if (outer[0])
        return;
    else if (strcmp(key, "iat") == 0 &&
             slice_to_uint(slice_from_string(value), INT32_MAX * 8ll, &seconds))
        passport->iat_s = (int64_t)seconds;
    else if (strcmp(key, "alg") == 0)
        set_once(&passport->alg, value);
    else if (strcmp(key, "ppt") == 0)
        set_once(&passport->ppt, value);
    else if (strcmp(key, "x5u") == 0)
        set_once(&passport->x5u, value);
    else if (strcmp(key, "attest") == 0)
        set_once(&passport->attest, value);
    else if (strcmp(key, "origid") == 0)
        set_once(&passport->origid, value);
}

static bool read_part(Slice part, Passport *out)
{
    size_t len = 0;
    g_autofree uint8_t *json = decode_base64url(part, &len);

    return json && json_scan(slice_of(json, len), take_claim, out);
}

static void set_parameter(char **text, Slice parameters, const char *name)
{
    Slice value;

    if (*text || !sip_parameter(parameters, slice_from_string(name), &value) || value.len == 0)
        return;
    if (value.len > 1 && value.data[0] == '<' && slice_last(value) == '>')
        value = slice_sub(value, 1, value.len - 2);
    *text = slice_dup(value);
}

DissectStatus passport_parse(Slice identity, Passport *out)
{
    Slice parameters = slice_trim(identity);
    bool valid = true;

    *out = (Passport){ .iat_s = -1 };
    Slice token = slice_trim(slice_split(&parameters, ';'));
    if (slice_find(token, '.') == token.len) {
        out->form = PASSPORT_RFC4474;
        return token.len ? DISSECT_OK : DISSECT_MALFORMED;
    }
    Slice header = slice_split(&token, '.');
    Slice claims = slice_split(&token, '.');
    out->form = header.len == 0 && claims.len == 0 ? PASSPORT_COMPACT : PASSPORT_FULL;
    if (out->form == PASSPORT_FULL) {
        bool header_valid = read_part(header, out);
        valid = read_part(claims, out) && header_valid;
    }
    set_parameter(&out->alg, parameters, "alg");
    set_parameter(&out->ppt, parameters, "ppt");
    set_parameter(&out->x5u, parameters, "info");
    return valid && token.len ? DISSECT_OK : DISSECT_MALFORMED;
}
