#include "dissect/filter/filter.h"
#include "dissect/filter/field.h"
#include "dissect/filter/grammar.h"
#include "dissect/filter/operand.h"

struct Filter {
    FilterNode *root; /* owned */
};

Filter *filter_compile(const char *text, GError **error)
{
    FilterNode *root = grammar_parse(text, error);

    if (!root)
        return NULL;
    Filter *filter = g_new0(Filter, 1);
    filter->root = root;
    return filter;
}

void filter_free(Filter *filter)
{
    if (!filter)
        return;
    filter_node_free(filter->root);
    g_free(filter);
}

typedef struct {
    const FilterNode *test;
    bool seen;
} TestContext;

static bool take_value(const FieldValue *value, void *context)
{
    TestContext *test = context;
    const GArray *operands = test->test->operands;

    test->seen = true;
    if (test->test->comparison == TOKEN_END)
        return true;
    for (unsigned i = 0; i < operands->len; i++) {
        if (operand_holds(&g_array_index(operands, Operand, i), test->test->field->type,
                          test->test->comparison, value))
            return true;
    }
    return false;
}

/* As in Wireshark: one of several values is enough, but "!=" wants all of them to differ. */
static bool test_holds(const FilterNode *node, const Model *model, const Call *call)
{
    TestContext context = { .test = node };
    bool found = node->field->values(model, call, take_value, &context);

    return node->comparison == TOKEN_NOT_EQUAL ? context.seen && !found : found;
}

/* Recursion ends: the grammar bounds the depth. */
static bool node_holds(const FilterNode *node, const Model *model, const Call *call)
{
    if (node->kind == NODE_TEST)
        return test_holds(node, model, call);
    for (unsigned i = 0; i < node->children->len; i++) {
        bool holds = node_holds(g_ptr_array_index(node->children, i), model, call);
        if (node->kind == NODE_NOT)
            return !holds;
        if (holds == (node->kind == NODE_ANY))
            return holds;
    }
    return node->kind == NODE_ALL;
}

bool filter_matches(const Filter *filter, const Model *model, const Call *call)
{
    return node_holds(filter->root, model, call);
}
