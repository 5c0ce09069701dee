#include "dissect/media/rtcp_text.h"
#include "dissect/base/cursor.h"

const char *rtcp_text_name(unsigned kind)
{
    static const char *const names[RTCP_TEXT_KINDS] = {
        [RTCP_TEXT_BYE_REASON] = "bye_reason",
        [RTCP_TEXT_NAME] = "name",
        [RTCP_TEXT_EMAIL] = "email",
        [RTCP_TEXT_PHONE] = "phone",
        [RTCP_TEXT_LOC] = "location",
        [RTCP_TEXT_TOOL] = "tool",
        [RTCP_TEXT_NOTE] = "note",
        [RTCP_TEXT_PRIV] = "private",
    };
    return kind < RTCP_TEXT_KINDS ? names[kind] : NULL;
}

/* RFC 3550 6.5.8: a prefix with its length, then the value. */
static char *private_text(Slice text)
{
    Cursor c = cursor_over(text);
    Slice prefix = cursor_slice(&c, cursor_u8(&c));
    g_autofree char *name = slice_dup(prefix), *value = slice_dup(cursor_rest(&c));

    return c.failed ? NULL : g_strdup_printf("%s=%s", name, value);
}

static RtcpText *text_new(unsigned kind, const char *text)
{
    size_t size = strlen(text) + 1;
    RtcpText *made = g_malloc(sizeof *made + size);

    *made = (RtcpText){ .kind = (uint8_t)kind };
    memcpy(made->text, text, size);
    return made;
}

void rtcp_text_note(RtcpText **list, unsigned kind, Slice text)
{
    RtcpText **at = list;

    if (!rtcp_text_name(kind) || text.len == 0)
        return;
    g_autofree char *copy = kind == RTCP_TEXT_PRIV ? private_text(text) : slice_dup(text);
    if (!copy || !*copy)
        return;
    while (*at && (*at)->kind != kind)
        at = &(*at)->next;
    if (*at && strcmp((*at)->text, copy) == 0)
        return;
    RtcpText *next = *at ? (*at)->next : NULL;
    g_free(*at);
    *at = text_new(kind, copy);
    (*at)->next = next;
}

const char *rtcp_text_find(const RtcpText *list, RtcpTextKind kind)
{
    while (list && list->kind != kind)
        list = list->next;
    return list ? list->text : NULL;
}

RtcpText *rtcp_text_copy(const RtcpText *list)
{
    RtcpText *copy = NULL, **end = &copy;

    for (; list; list = list->next) {
        *end = text_new(list->kind, list->text);
        end = &(*end)->next;
    }
    return copy;
}

void rtcp_text_free(RtcpText *list)
{
    while (list) {
        RtcpText *next = list->next;
        g_free(list);
        list = next;
    }
}
