#include "dissect/sip/body/decoders.h"

typedef struct {
    BodyReport *out;
    unsigned depth;
    bool has_root;
    unsigned field_of[XML_DEPTH_MAX + 1]; /* of the elements that are open */
} XmlWalk;

static const char *local_name(const char *name)
{
    const char *colon = strrchr(name, ':');
    return colon ? colon + 1 : name;
}

static bool is_attribute_shown(const char *name)
{
    return strcmp(name, "xmlns") != 0 && !g_str_has_prefix(name, "xmlns:") &&
           !g_str_has_prefix(name, "xsi:") && !g_str_has_prefix(name, "xml:");
}

static void start_element(GMarkupParseContext *context, const char *name, const char **names,
                          const char **values, gpointer user_data, GError **error)
{
    XmlWalk *walk = user_data;

    (void)context;
    if (walk->depth >= XML_DEPTH_MAX) {
        g_set_error_literal(error, G_MARKUP_ERROR, G_MARKUP_ERROR_INVALID_CONTENT, "too deep");
        return;
    }
    walk->depth++;
    walk->has_root = true;
    walk->field_of[walk->depth] = walk->out->fields->len;
    body_add(walk->out, walk->depth, local_name(name), SLICE_EMPTY);
    for (unsigned i = 0; names[i]; i++) {
        if (is_attribute_shown(names[i]))
            body_add_text(walk->out, walk->depth + 1, local_name(names[i]), values[i]);
    }
}

static void end_element(GMarkupParseContext *context, const char *name, gpointer user_data,
                        GError **error)
{
    XmlWalk *walk = user_data;

    (void)context, (void)name, (void)error;
    walk->depth--;
}

/* The first run of text is the element's value. */
static void element_text(GMarkupParseContext *context, const char *text, gsize len,
                         gpointer user_data, GError **error)
{
    XmlWalk *walk = user_data;
    Slice trimmed = slice_trim(slice_of(text, len));
    unsigned at = walk->field_of[walk->depth];

    (void)context, (void)error;
    if (trimmed.len == 0 || walk->depth == 0 || at >= walk->out->fields->len)
        return;
    BodyField *field = &g_array_index(walk->out->fields, BodyField, at);
    if (!field->value)
        field->value = g_string_chunk_insert_len(walk->out->text, (const char *)trimmed.data,
                                                 (gssize)MIN(trimmed.len, (size_t)BODY_VALUE_MAX));
}

DissectStatus xml_decode(Slice body, BodyReport *out)
{
    static const GMarkupParser parser = { .start_element = start_element,
                                          .end_element = end_element,
                                          .text = element_text };
    XmlWalk walk = { .out = out };
    Slice text = slice_trim(body);
    GMarkupParseContext *context =
        g_markup_parse_context_new(&parser, G_MARKUP_TREAT_CDATA_AS_TEXT, &walk, NULL);
    bool whole =
        g_markup_parse_context_parse(context, (const char *)text.data, (gssize)text.len, NULL);
    bool ended = whole && g_markup_parse_context_end_parse(context, NULL);

    g_markup_parse_context_free(context);
    if (ended && walk.has_root)
        return DISSECT_OK;
    return whole ? DISSECT_TRUNCATED : DISSECT_MALFORMED;
}
