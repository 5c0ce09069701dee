/* dissect/media/realtime_text.c - see realtime_text.h */
#include "dissect/media/realtime_text.h"

#define BACKSPACE   0x08
#define MISSING     "\xef\xbf\xbd" /* U+FFFD */
#define KEEP_ALIVE  "\xef\xbb\xbf" /* U+FEFF: keeps the way open, says nothing (T.140) */
#define RESTART_GAP 3000           /* numbers: no loss, another beginning */

static void append(RealtimeText *text, const char *bytes, size_t len)
{
    if (text->text->len + len > REALTIME_TEXT_MAX) {
        text->dropped += len;
        return;
    }
    g_string_append_len(text->text, bytes, (gssize)len);
}

static void erase_last(GString *text)
{
    gsize len = text->len;

    while (len > 0 && ((uint8_t)text->str[len - 1] & 0xc0) == 0x80)
        len--;
    g_string_truncate(text, len > 0 ? len - 1 : 0);
}

static void append_block(RealtimeText *text, Slice block)
{
    const Slice mark = SLICE_LITERAL(KEEP_ALIVE);

    text->blocks += block.len > 0;
    for (size_t i = 0; i < block.len; i++) {
        if (slice_equal(slice_sub(block, i, mark.len), mark))
            i += mark.len - 1;
        else if (block.data[i] == BACKSPACE)
            erase_last(text->text);
        else
            append(text, (const char *)&block.data[i], 1);
    }
}

/* How many packets are missing before @extended_seq; -1: it is late, and settled already. */
static int64_t missing_before(RealtimeText *text, int64_t extended_seq)
{
    if (!text->text)
        text->text = g_string_new(NULL);
    int64_t ahead = text->next_seq ? extended_seq - text->next_seq : 0;
    if (ahead < 0 && ahead > -RESTART_GAP)
        return -1;
    text->next_seq = extended_seq + 1;
    return ahead >= 0 && ahead < RESTART_GAP ? ahead : 0;
}

static void append_missing(RealtimeText *text, int64_t blocks)
{
    if (blocks <= 0)
        return;
    text->lost += (uint64_t)blocks;
    append(text, MISSING, sizeof MISSING - 1);
}

void realtime_text_add(RealtimeText *text, int64_t extended_seq, Slice block)
{
    int64_t missing = missing_before(text, extended_seq);

    if (missing < 0)
        return;
    append_missing(text, missing);
    append_block(text, block);
}

void realtime_text_add_red(RealtimeText *text, int64_t extended_seq, const RedPacket *red)
{
    int64_t missing = missing_before(text, extended_seq);
    int64_t generations = (int64_t)red->count - 1;

    if (missing < 0)
        return;
    append_missing(text, missing - generations);
    for (int64_t i = MAX(generations - missing, 0); i < generations; i++) {
        text->recovered++;
        append_block(text, red->blocks[i].data);
    }
    append_block(text, red_primary(red)->data);
}

void realtime_text_clear(RealtimeText *text)
{
    if (text->text)
        g_string_free(text->text, TRUE);
    *text = (RealtimeText){ 0 };
}
