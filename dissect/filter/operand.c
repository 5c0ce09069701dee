#include "dissect/filter/operand.h"
#include "dissect/filter/nearest.h"
#include <math.h>

enum { IPV4_MAPPED_BITS = 96, ADDRESS_BITS = 128 };

void operand_clear(Operand *operand)
{
    g_free(operand->text);
    if (operand->regex)
        g_regex_unref(operand->regex);
    *operand = (Operand){ 0 };
}

static char *token_text(const LexerToken *token)
{
    return token->kind == TOKEN_STRING ? g_strdup(token->string) : slice_dup(token->text);
}

static char *bad_value(const Field *field, const char *text, const char *what)
{
    return g_strdup_printf("'%s' is no %s, as %s wants", text, what, field->name);
}

/* Decimal, or hexadecimal with 0x. */
static bool number_from(const char *text, double *out)
{
    bool hex = g_str_has_prefix(text, "0x") || g_str_has_prefix(text, "0X");
    char *end = NULL;

    if (!hex && strspn(text, "0123456789.+-eE") != strlen(text))
        return false;
    *out = hex ? (double)g_ascii_strtoull(text + 2, &end, 16) : g_ascii_strtod(text, &end);
    return end && *end == '\0' && end != text + (hex ? 2 : 0) && isfinite(*out);
}

static char *parse_number(const Field *field, TokenKind comparison, const char *text, Operand *out)
{
    const char *dots = comparison == TOKEN_IN ? strstr(text, "..") : NULL;
    g_autofree char *first = dots ? g_strndup(text, (gsize)(dots - text)) : g_strdup(text);

    if (!number_from(first, &out->low) || (dots && !number_from(dots + 2, &out->high)))
        return bad_value(field, text, "number");
    if (!dots)
        out->high = out->low;
    return NULL;
}

static char *parse_address(const Field *field, const char *text, Operand *out)
{
    Slice rest = slice_from_string(text);
    Slice address = slice_split(&rest, '/');
    uint64_t bits = ADDRESS_BITS;

    if (!ip_parse(address, &out->address))
        return bad_value(field, text, "IP address or network");
    unsigned offset = ip_is_v4(out->address) ? IPV4_MAPPED_BITS : 0;
    if (strchr(text, '/')) {
        if (!slice_to_uint(rest, ADDRESS_BITS - offset, &bits))
            return bad_value(field, text, "network");
        bits += offset;
    }
    out->prefix = (unsigned)bits;
    return NULL;
}

static char *parse_pattern(const char *text, Operand *out)
{
    GError *error = NULL;

    /* RAW: what is matched against may be no UTF-8 */
    out->regex = g_regex_new(text, G_REGEX_CASELESS | G_REGEX_RAW, 0, &error);
    if (out->regex)
        return NULL;
    char *problem = g_strdup_printf("bad pattern: %s", error->message);
    g_error_free(error);
    return problem;
}

/* Choices are ours, so their case does not matter: the operand gets the right one. */
static char *parse_choice(const Field *field, const char *text, Operand *out)
{
    const char *choice;

    for (unsigned i = 0; (choice = field->choice(i)); i++) {
        if (g_ascii_strcasecmp(choice, text) == 0) {
            out->text = g_strdup(choice);
            return NULL;
        }
    }
    const char *nearest = nearest_text(slice_from_string(text), field->choice);
    return nearest ? g_strdup_printf("%s is never '%s' (%s?)", field->name, text, nearest)
                   : g_strdup_printf("%s is never '%s'", field->name, text);
}

char *operand_parse(const Field *field, TokenKind comparison, const LexerToken *token, Operand *out)
{
    g_autofree char *text = token_text(token);

    *out = (Operand){ 0 };
    if (comparison == TOKEN_MATCHES)
        return parse_pattern(text, out);
    if (field->type == FIELD_NUMBER)
        return parse_number(field, comparison, text, out);
    if (field->type == FIELD_ADDRESS)
        return parse_address(field, text, out);
    if (field->choice && comparison != TOKEN_CONTAINS)
        return parse_choice(field, text, out);
    out->text = g_steal_pointer(&text);
    return NULL;
}

/* The first @bits of two addresses are the same. */
static bool same_network(IpAddress a, IpAddress b, unsigned bits)
{
    uint64_t high = bits >= 64 ? UINT64_MAX : bits ? UINT64_MAX << (64 - bits) : 0;
    uint64_t low = bits <= 64 ? 0 : UINT64_MAX << (ADDRESS_BITS - bits);

    return ((a.high ^ b.high) & high) == 0 && ((a.low ^ b.low) & low) == 0;
}

static bool number_holds(const Operand *operand, TokenKind comparison, double number)
{
    switch (comparison) {
    case TOKEN_GREATER:
        return number > operand->low;
    case TOKEN_LESS:
        return number < operand->low;
    case TOKEN_GREATER_EQUAL:
        return number >= operand->low;
    case TOKEN_LESS_EQUAL:
        return number <= operand->low;
    default:
        return number >= operand->low && number <= operand->high;
    }
}

static bool text_holds(const Operand *operand, TokenKind comparison, const char *text)
{
    switch (comparison) {
    case TOKEN_CONTAINS:
        return strstr(text, operand->text) != NULL;
    case TOKEN_MATCHES:
        return g_regex_match(operand->regex, text, 0, NULL);
    default:
        return strcmp(text, operand->text) == 0;
    }
}

bool operand_holds(const Operand *operand, FieldType type, TokenKind comparison,
                   const FieldValue *value)
{
    switch (type) {
    case FIELD_NUMBER:
        return number_holds(operand, comparison, value->number);
    case FIELD_ADDRESS:
        return same_network(value->address, operand->address, operand->prefix);
    case FIELD_TEXT:
        break;
    }
    return text_holds(operand, comparison, value->text);
}
