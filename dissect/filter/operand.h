/* dissect/filter/operand.h - the right side of a comparison. Private to dissect/filter. */
#pragma once
#include "dissect/filter/field.h"
#include "dissect/filter/lexer.h"

typedef struct {
    char *text;    /* owned; for == and contains */
    GRegex *regex; /* owned; for matches */
    double low, high;
    IpAddress address;
    unsigned prefix; /* bits of the address that count, of 128 */
} Operand;

void operand_clear(Operand *operand);

/* What @token means for @field and @comparison (TOKEN_EQUAL ...). NULL and a filled @out, or why it
 * makes no sense; the caller frees that. */
char *operand_parse(const Field *field, TokenKind comparison, const LexerToken *token,
                    Operand *out);

/* Does "value comparison operand" hold? TOKEN_NOT_EQUAL and TOKEN_IN are taken as TOKEN_EQUAL. */
bool operand_holds(const Operand *operand, FieldType type, TokenKind comparison,
                   const FieldValue *value);
