#include "dissect/filter/lexer.h"

typedef struct {
    const char *text;
    TokenKind kind;
} TokenRow;

/* Longer ones before those they begin with. */
static const TokenRow signs[] = {
    { "==", TOKEN_EQUAL },      { "!=", TOKEN_NOT_EQUAL }, { ">=", TOKEN_GREATER_EQUAL },
    { "<=", TOKEN_LESS_EQUAL }, { "&&", TOKEN_AND },       { "||", TOKEN_OR },
    { ">", TOKEN_GREATER },     { "<", TOKEN_LESS },       { "!", TOKEN_NOT },
    { "~", TOKEN_MATCHES },     { "(", TOKEN_OPEN },       { ")", TOKEN_CLOSE },
    { "{", TOKEN_SET_OPEN },    { "}", TOKEN_SET_CLOSE },  { ",", TOKEN_COMMA },
};

static const TokenRow keywords[] = {
    { "and", TOKEN_AND },         { "or", TOKEN_OR },
    { "not", TOKEN_NOT },         { "eq", TOKEN_EQUAL },
    { "ne", TOKEN_NOT_EQUAL },    { "gt", TOKEN_GREATER },
    { "lt", TOKEN_LESS },         { "ge", TOKEN_GREATER_EQUAL },
    { "le", TOKEN_LESS_EQUAL },   { "contains", TOKEN_CONTAINS },
    { "matches", TOKEN_MATCHES }, { "in", TOKEN_IN },
};

void lexer_token_clear(LexerToken *token)
{
    g_free(token->string);
    *token = (LexerToken){ 0 };
}

static bool is_space(uint8_t byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

/* Letters, digits, what URIs and addresses are made of, and everything beyond ASCII. */
static bool is_word(uint8_t byte)
{
    return g_ascii_isalnum(byte) || byte >= 0x80 ||
           (byte != '\0' && strchr("_.-:/@+*%$#;?[]", byte) != NULL);
}

static TokenKind keyword_or_word(Slice word)
{
    for (size_t i = 0; i < G_N_ELEMENTS(keywords); i++) {
        if (slice_equal_nocase(word, slice_from_string(keywords[i].text)))
            return keywords[i].kind;
    }
    return TOKEN_WORD;
}

/* Any byte behind a backslash stands for itself, so that \" and \\ can be written. */
static void read_string(Slice rest, LexerToken *out)
{
    GString *string = g_string_new(NULL);
    size_t at = 1;

    while (at < rest.len && rest.data[at] != '"') {
        bool quotes = rest.data[at] == '\\' && at + 1 < rest.len &&
                      (rest.data[at + 1] == '"' || rest.data[at + 1] == '\\');
        at += quotes;
        g_string_append_c(string, (char)rest.data[at++]);
    }
    if (at == rest.len) {
        g_string_free(string, TRUE);
        out->kind = TOKEN_BAD;
        out->problem = "the closing quote is missing";
        out->text = rest;
        return;
    }
    out->kind = TOKEN_STRING;
    out->text = slice_sub(rest, 0, at + 1);
    out->string = g_string_free(string, FALSE);
}

static void read_sign(Slice rest, LexerToken *out)
{
    for (size_t i = 0; i < G_N_ELEMENTS(signs); i++) {
        Slice sign = slice_from_string(signs[i].text);
        if (slice_starts_with_nocase(rest, sign)) {
            out->kind = signs[i].kind;
            out->text = slice_sub(rest, 0, sign.len);
            return;
        }
    }
    out->kind = TOKEN_BAD;
    out->text = slice_sub(rest, 0, 1);
    out->problem = rest.data[0] == '=' ? "'=' is no operator ('=='?)" : "unexpected character";
}

void lexer_next(Slice text, size_t *position, LexerToken *out)
{
    *out = (LexerToken){ .kind = TOKEN_END };
    while (*position < text.len && is_space(text.data[*position]))
        ++*position;
    Slice rest = slice_from(text, *position);
    if (rest.len == 0)
        return;
    if (rest.data[0] == '"') {
        read_string(rest, out);
    } else if (is_word(rest.data[0])) {
        size_t length = 0;
        while (length < rest.len && is_word(rest.data[length]))
            length++;
        out->text = slice_sub(rest, 0, length);
        out->kind = keyword_or_word(out->text);
    } else {
        read_sign(rest, out);
    }
    *position += out->text.len;
}
