#include "dissect/media/contributors.h"
#include "dissect/base/cursor.h"

#define CSRC_BYTES 4u

static void add_source(Contributors *contributors, uint32_t ssrc)
{
    for (unsigned i = 0; i < contributors->count; i++)
        if (contributors->sources[i] == ssrc)
            return;
    if (contributors->count == CONTRIBUTORS_MAX)
        contributors->more = true;
    else
        contributors->sources[contributors->count++] = ssrc;
}

void contributors_add(Contributors *contributors, Slice csrcs)
{
    Cursor c = cursor_over(csrcs);
    unsigned count = (unsigned)(csrcs.len / CSRC_BYTES);

    contributors->packets++;
    contributors->most = MAX(contributors->most, count);
    for (unsigned i = 0; i < count; i++)
        add_source(contributors, cursor_be32(&c));
}
