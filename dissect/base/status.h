/* dissect/base/status.h - what a dissector says of the bytes it was given. */
#pragma once

typedef enum {
    DISSECT_OK,
    DISSECT_NOT_MINE,  /* another protocol: try the next dissector */
    DISSECT_TRUNCATED, /* mine, but bytes are missing */
    DISSECT_MALFORMED, /* mine, and contradicts its standard beyond use */
} DissectStatus;
