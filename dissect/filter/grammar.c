#include "dissect/filter/grammar.h"
#include "dissect/filter/filter.h"
#include "dissect/filter/operand.h"

G_DEFINE_QUARK(filter - error - quark, filter_error)

typedef struct {
    Slice text;
    size_t position; /* behind @token */
    LexerToken token;
    unsigned depth;
    GError **error;
} Parser;

static FilterNode *parse_any(Parser *parser);

static void clear_operand(gpointer operand)
{
    operand_clear(operand);
}

static void free_child(gpointer node)
{
    filter_node_free(node);
}

void filter_node_free(FilterNode *node)
{
    if (!node)
        return;
    g_clear_pointer(&node->children, g_ptr_array_unref);
    g_clear_pointer(&node->operands, g_array_unref);
    g_free(node);
}

static FilterNode *node_new(NodeKind kind)
{
    FilterNode *node = g_new0(FilterNode, 1);
    node->kind = kind;
    if (kind != NODE_TEST)
        node->children = g_ptr_array_new_with_free_func(free_child);
    return node;
}

static void advance(Parser *parser)
{
    lexer_token_clear(&parser->token);
    lexer_next(parser->text, &parser->position, &parser->token);
}

/* Column of the current token, from 1, in characters. */
static unsigned column(const Parser *parser)
{
    size_t start = parser->position - parser->token.text.len;
    unsigned characters = 1;

    for (size_t i = 0; i < start; i++)
        characters += (parser->text.data[i] & 0xc0) != 0x80;
    return characters;
}

/* NULL, with the error set; an error of the lexer is told instead of what it led to. */
static FilterNode *fail(Parser *parser, const char *problem)
{
    if (parser->token.kind == TOKEN_BAD)
        problem = parser->token.problem;
    g_set_error(parser->error, FILTER_ERROR, 0, "column %u: %s", column(parser), problem);
    return NULL;
}

static FilterNode *fail_at_field(Parser *parser)
{
    g_autofree char *name =
        g_utf8_make_valid((const char *)parser->token.text.data, (gssize)parser->token.text.len);
    const Field *nearest = field_nearest(parser->token.text);
    g_autofree char *problem =
        nearest ? g_strdup_printf("unknown field '%s' (%s?)", name, nearest->name)
                : g_strdup_printf("unknown field '%s'", name);
    return fail(parser, problem);
}

static bool is_comparison(TokenKind kind)
{
    return kind >= TOKEN_EQUAL && kind <= TOKEN_IN;
}

/* NULL when @comparison can be asked of @field, else why not. */
static const char *check_comparison(const Field *field, TokenKind comparison)
{
    switch (comparison) {
    case TOKEN_CONTAINS:
    case TOKEN_MATCHES:
        return field->type == FIELD_TEXT ? NULL : "this field is no text; compare it with ==";
    case TOKEN_GREATER:
    case TOKEN_LESS:
    case TOKEN_GREATER_EQUAL:
    case TOKEN_LESS_EQUAL:
        return field->type == FIELD_NUMBER ? NULL : "this field has no order; compare it with ==";
    default:
        return NULL;
    }
}

static bool is_value(TokenKind kind)
{
    return kind == TOKEN_WORD || kind == TOKEN_STRING;
}

static bool take_operand(Parser *parser, FilterNode *node)
{
    Operand operand;

    if (!is_value(parser->token.kind)) {
        fail(parser, "a value is missing here");
        return false;
    }
    g_autofree char *problem =
        operand_parse(node->field, node->comparison, &parser->token, &operand);
    if (problem) {
        operand_clear(&operand);
        fail(parser, problem);
        return false;
    }
    g_array_append_val(node->operands, operand);
    advance(parser);
    return true;
}

static bool take_set(Parser *parser, FilterNode *node)
{
    if (parser->token.kind != TOKEN_SET_OPEN) {
        fail(parser, "'in' wants a set: {a, b}");
        return false;
    }
    do {
        advance(parser);
        if (!take_operand(parser, node))
            return false;
    } while (parser->token.kind == TOKEN_COMMA);
    if (parser->token.kind != TOKEN_SET_CLOSE) {
        fail(parser, "',' or '}' is missing here");
        return false;
    }
    advance(parser);
    return true;
}

static FilterNode *parse_test(Parser *parser)
{
    if (parser->token.kind != TOKEN_WORD)
        return fail(parser, parser->token.kind == TOKEN_END ? "a field is missing at the end"
                                                            : "a field is missing here");
    const Field *field = field_find(parser->token.text);
    if (!field)
        return fail_at_field(parser);
    advance(parser);

    g_autoptr(FilterNode) node = node_new(NODE_TEST);
    node->field = field;
    node->comparison = TOKEN_END;
    if (!is_comparison(parser->token.kind))
        return g_steal_pointer(&node);
    node->comparison = parser->token.kind;
    node->operands = g_array_new(FALSE, FALSE, sizeof(Operand));
    g_array_set_clear_func(node->operands, clear_operand);
    const char *problem = check_comparison(field, node->comparison);
    if (problem)
        return fail(parser, problem);
    advance(parser);
    bool taken = node->comparison == TOKEN_IN ? take_set(parser, node) : take_operand(parser, node);
    return taken ? g_steal_pointer(&node) : NULL;
}

static FilterNode *parse_group(Parser *parser)
{
    advance(parser);
    g_autoptr(FilterNode) node = parse_any(parser);
    if (!node)
        return NULL;
    if (parser->token.kind != TOKEN_CLOSE)
        return fail(parser, "')' is missing here");
    advance(parser);
    return g_steal_pointer(&node);
}

static FilterNode *parse_unary(Parser *parser);

static FilterNode *parse_not(Parser *parser)
{
    advance(parser);
    FilterNode *child = parse_unary(parser);
    if (!child)
        return NULL;
    FilterNode *node = node_new(NODE_NOT);
    g_ptr_array_add(node->children, child);
    return node;
}

static FilterNode *parse_unary(Parser *parser)
{
    FilterNode *node;

    if (parser->depth == FILTER_DEPTH_MAX)
        return fail(parser, "too many nested parentheses or negations");
    parser->depth++;
    if (parser->token.kind == TOKEN_NOT)
        node = parse_not(parser);
    else if (parser->token.kind == TOKEN_OPEN)
        node = parse_group(parser);
    else
        node = parse_test(parser);
    parser->depth--;
    return node;
}

/* One or more of what @parse_part reads, with @separator between them. */
static FilterNode *parse_list(Parser *parser, NodeKind kind, TokenKind separator,
                              FilterNode *(*parse_part)(Parser *))
{
    g_autoptr(FilterNode) list = node_new(kind);

    for (;;) {
        FilterNode *part = parse_part(parser);
        if (!part)
            return NULL;
        g_ptr_array_add(list->children, part);
        if (parser->token.kind != separator)
            return g_steal_pointer(&list);
        advance(parser);
    }
}

static FilterNode *parse_all(Parser *parser)
{
    return parse_list(parser, NODE_ALL, TOKEN_AND, parse_unary);
}

static FilterNode *parse_any(Parser *parser)
{
    return parse_list(parser, NODE_ANY, TOKEN_OR, parse_all);
}

static FilterNode *parse_whole(Parser *parser)
{
    advance(parser);
    if (parser->token.kind == TOKEN_END)
        return node_new(NODE_ALL);
    g_autoptr(FilterNode) node = parse_any(parser);
    if (!node)
        return NULL;
    if (parser->token.kind != TOKEN_END)
        return fail(parser, "'and' or 'or' is missing here");
    return g_steal_pointer(&node);
}

FilterNode *grammar_parse(const char *text, GError **error)
{
    Parser parser = { .text = slice_from_string(text), .error = error };

    if (parser.text.len > FILTER_LENGTH_MAX) {
        g_set_error(error, FILTER_ERROR, 0, "column %d: the filter is too long",
                    FILTER_LENGTH_MAX + 1);
        return NULL;
    }
    FilterNode *node = parse_whole(&parser);
    lexer_token_clear(&parser.token);
    return node;
}
