/* dissect/filter/lexer.h - the words and signs of a filter. Private to dissect/filter. */
#pragma once
#include "dissect/base/slice.h"

typedef enum {
    TOKEN_END,
    TOKEN_WORD,   /* a name, a number, an address, or text without quotes */
    TOKEN_STRING, /* "quoted"; the text stands in LexerToken.string */
    TOKEN_AND,
    TOKEN_OR,
    TOKEN_NOT,
    TOKEN_OPEN,
    TOKEN_CLOSE,
    TOKEN_SET_OPEN,
    TOKEN_SET_CLOSE,
    TOKEN_COMMA,
    TOKEN_EQUAL,
    TOKEN_NOT_EQUAL,
    TOKEN_GREATER,
    TOKEN_LESS,
    TOKEN_GREATER_EQUAL,
    TOKEN_LESS_EQUAL,
    TOKEN_CONTAINS,
    TOKEN_MATCHES,
    TOKEN_IN,
    TOKEN_BAD, /* LexerToken.problem says why */
} TokenKind;

typedef struct {
    TokenKind kind;
    Slice text;          /* as written */
    char *string;        /* owned; TOKEN_STRING without its quotes and escapes */
    const char *problem; /* static */
} LexerToken;

void lexer_token_clear(LexerToken *token);

/* Reads the token that begins at or after *@position (bytes) and moves behind it. */
void lexer_next(Slice text, size_t *position, LexerToken *out);
