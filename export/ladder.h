/* export/ladder.h - the ladder diagram of one or several calls: who spoke to whom, in order.
 * One layout for the screen, -z ladder and saved text. The model's lock is held while it is built;
 * afterwards it stands alone. */
#pragma once
#include "dissect/call/model.h"

typedef enum {
    LADDER_MESSAGE,
    LADDER_STREAM, /* RTP */
    LADDER_T38,    /* one direction of UDPTL */
    LADDER_FAX,    /* a tone, a frame or a page of a fax */
    LADDER_REPORT, /* a capture agent's: a line of a log, figures of quality */
    LADDER_ICMP,   /* an error that packets of the call met */
    LADDER_MSRP,   /* a message with all its chunks, a report, or a response that is not 200 */
    LADDER_ROW_KINDS
} LadderRowKind;
const char *ladder_kind_name(LadderRowKind kind); /* "message" */
/* Drawn as a wide arrow: it stands for many packets. */
bool ladder_kind_is_stream(LadderRowKind kind);

typedef struct {
    LadderRowKind kind;
    int64_t time_ns;
    uint32_t call;  /* call number */
    uint32_t index; /* message, report or ICMP index in the call, number of the stream, fax or MSRP
                       session */
    uint32_t item;  /* of a fax: event, or side; of an MSRP session: event */
    unsigned from, to; /* columns */
    char *label;       /* "INVITE (PCMA, opus)", "180 Ringing", "RTP PCMA 1501 pkts 0.0% 1.3 ms";
                          escaped UTF-8; owned */
    bool is_request, retransmission, in_dialog, anomaly;
    uint16_t status;
    uint8_t method;
    uint32_t cseq;
    int64_t end_ns; /* streams */
} LadderRow;

typedef struct {
    Endpoint endpoint;
    char *name; /* "10.0.0.1:5060", or from the hosts file; escaped UTF-8; owned */
} LadderColumn;

/* Columns stand in the order of first appearance, one per endpoint; the ports of TCP connections
 * between two hosts share the column of their host. A stream's ends are drawn on the column of the
 * same endpoint, else on one of the same host, else on columns of their own behind the others. */
typedef struct {
    GArray *columns; /* LadderColumn */
    GArray *rows;    /* LadderRow, by time */
} Ladder;

typedef struct {
    bool fold_ports;   /* one column per host */
    bool streams;      /* rows for RTP, fax, reports, ICMP and MSRP */
    GHashTable *names; /* address text -> name, or NULL */
} LadderOptions;

Ladder *ladder_new(const Model *model, const uint32_t *calls, unsigned call_count,
                   const LadderOptions *options);
void ladder_free(Ladder *ladder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Ladder, ladder_free)

typedef enum { LADDER_TIME_OF_DAY, LADDER_SINCE_START, LADDER_DELTA } LadderTime;

/* The text form: @utf8 or ASCII, @width columns of the terminal (0: as wide as needed). Requests
 * and responses are thin arrows, retransmissions dashed ones, streams double ones. */
void ladder_print(const Ladder *ladder, LadderTime time, bool utf8, unsigned width, GString *out);
