/* Which XML bodies rung names, and what of them says most in few words. */
#include "dissect/sip/body/decoders.h"
#include "dissect/sip/mime.h"

#define PICKS_MAX 3

struct XmlType {
    const char *type, *name;
    /* "name" or "parent/name" of the fields whose values go to the label, the first of each;
     * "parent/..." takes the name of a child. */
    const char *picks[PICKS_MAX];
};

static const XmlType types[] = {
    /* RFC 3863, RPID of RFC 4480 */
    { "application/pidf+xml", "presence", { "basic", "activities/...", "note" } },
    /* RFC 3994 */
    { "application/im-iscomposing+xml", "is composing", { "isComposing/state" } },
    /* RFC 4235 */
    { "application/dialog-info+xml", "dialogs", { "dialog/state", "dialog/direction" } },
    /* RFC 3680 */
    { "application/reginfo+xml", "registration", { "registration/state", "contact/event" } },
    /* RFC 4575 */
    { "application/conference-info+xml", "conference", { "user-count", "endpoint/status" } },
    /* RFC 4826 */
    { "application/resource-lists+xml", "resource list", { "entry/uri" } },
    { "application/rlmi+xml", "resource list meta", { "resource/uri", "instance/state" } },
    /* RFC 7866; the registered name and that of the drafts */
    { "application/rs-metadata+xml", "recording", { "datamode", "nameID/aor" } },
    { "application/rs-metadata", "recording", { "datamode", "nameID/aor" } },
    /* RFC 3858 */
    { "application/watcherinfo+xml", "watchers", { "watcher/status", "watcher/event" } },
    /* RFC 5168 */
    { "application/media_control+xml", "media control", { "to_encoder/..." } },
};

const XmlType *xml_type_find(Slice content_type)
{
    for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
        if (mime_is(content_type, slice_from_string(types[i].type)))
            return &types[i];
    }
    return NULL;
}

const char *xml_type_name(const XmlType *type)
{
    return type->name;
}

static const BodyField *field_at(const BodyReport *report, unsigned index)
{
    return &g_array_index(report->fields, BodyField, index);
}

static const BodyField *parent_of(const BodyReport *report, unsigned first, unsigned index)
{
    unsigned depth = field_at(report, index)->depth;

    while (index > first) {
        if (field_at(report, --index)->depth < depth)
            return field_at(report, index);
    }
    return NULL;
}

static const char *pick_value(const BodyReport *report, unsigned first, const char *pick)
{
    const char *slash = strchr(pick, '/');
    const char *name = slash ? slash + 1 : pick;
    g_autofree char *parent_name = slash ? g_strndup(pick, (gsize)(slash - pick)) : NULL;
    bool any_child = strcmp(name, "...") == 0;

    for (unsigned i = first; i < report->fields->len; i++) {
        const BodyField *field = field_at(report, i);
        if (!any_child && (strcmp(field->name, name) != 0 || !field->value))
            continue;
        const BodyField *parent = parent_name ? parent_of(report, first, i) : NULL;
        if (parent_name && (!parent || strcmp(parent->name, parent_name) != 0))
            continue;
        return any_child ? field->name : field->value;
    }
    return NULL;
}

DissectStatus xml_type_decode(const XmlType *type, Slice body, BodyReport *out)
{
    unsigned first = out->fields->len;
    DissectStatus status = xml_decode(body, out);
    g_autoptr(GString) words = g_string_new(type->name);

    for (unsigned i = 0; i < PICKS_MAX && type->picks[i]; i++) {
        const char *value = pick_value(out, first, type->picks[i]);
        if (value)
            g_string_append_printf(words, " %s", value);
    }
    if (status != DISSECT_MALFORMED)
        body_label(out, "%s", words->str);
    return status;
}
