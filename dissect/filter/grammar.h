/* dissect/filter/grammar.h - text to tree. Private to dissect/filter.
 *
 *   any   := all   { ("or"  | "||") all }
 *   all   := unary { ("and" | "&&") unary }
 *   unary := ("not" | "!") unary | "(" any ")" | test
 *   test  := FIELD [ comparison VALUE | "in" "{" VALUE { "," VALUE } "}" ]
 */
#pragma once
#include "dissect/filter/field.h"
#include "dissect/filter/lexer.h"

typedef enum { NODE_ALL, NODE_ANY, NODE_NOT, NODE_TEST } NodeKind;

typedef struct FilterNode {
    NodeKind kind;
    GPtrArray *children;  /* owns FilterNode: of all but a test */
    const Field *field;   /* test */
    TokenKind comparison; /* test; TOKEN_END: the field exists */
    GArray *operands;     /* test: Operand; several only for TOKEN_IN */
} FilterNode;

void filter_node_free(FilterNode *node);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FilterNode, filter_node_free)

/* An empty text gives a NODE_ALL without children, which holds. The tree is at most
 * FILTER_DEPTH_MAX levels of parentheses and negations deep. */
FilterNode *grammar_parse(const char *text, GError **error);

enum { FILTER_DEPTH_MAX = 64, FILTER_LENGTH_MAX = 16384 };
