/* dissect/media/fax/session.h - one fax conversation (ITU-T T.30), followed from outside: who said
 * what, which pages went over, and why it failed. Fed with indicators, frames and page data of both
 * ends, from T.38 or from modems. Bounded: what exceeds the list of events is counted. */
#pragma once
#include "dissect/base/address.h"
#include "dissect/base/anomaly.h"
#include "dissect/base/clock.h"
#include "dissect/media/fax/ifp.h"
#include "dissect/media/fax/t30.h"

typedef enum { FAX_OVER_T38, FAX_OVER_AUDIO } FaxCarrier;
const char *fax_carrier_name(FaxCarrier carrier); /* "t38", "audio" */

#define FAX_SIDES 2

typedef enum {
    FAX_INDICATOR, /* code: IfpIndicator */
    FAX_FRAME,     /* code: T30Signal; FCD and RCP are FAX_IMAGE */
    FAX_TRAINING,  /* the training check, TCF; count: octets */
    FAX_IMAGE,     /* count: octets, with ECM frames */
    FAX_EVENT_KINDS
} FaxEventKind;

typedef struct {
    int64_t time_ns, end_ns;
    FaxEventKind kind;
    uint8_t side; /* that sent it */
    uint8_t code;
    bool bad;       /* frame with a wrong check sequence */
    bool ecm;       /* image */
    uint32_t count; /* of image and training; else how often it was repeated, from 1 */
    char *detail;   /* "+49 30 1234567", "V.17 14400, 204x196, MMR, ECM, A4"; owned; NULL: none */
} FaxEvent;

typedef struct {
    unsigned number; /* from 1 */
    uint8_t side;    /* that sent it */
    int64_t begin_ns, end_ns;
    T30Terms terms;
    uint64_t octets;
    unsigned blocks;            /* ECM: partial pages */
    unsigned frames;            /* ECM: frames got */
    unsigned missing, repeated; /* ECM: never got; asked for again */
    uint64_t lost;              /* packets missing inside the page */
    T30Signal command, answer;  /* EOP, MPS, EOM; MCF, RTN, ...: T30_NONE: not seen */
} FaxPage;

/* Where the data of pages goes, in the order of the line. Any but @data may be NULL. */
typedef struct {
    void (*begin)(const FaxPage *page, void *context);
    void (*data)(Slice octets, void *context);
    void (*missing)(unsigned octets, void *context); /* ECM: a frame that nobody got */
    void (*end)(const FaxPage *page, void *context);
    void *context;
} FaxPageSink;

typedef enum { FAX_UNDER_WAY, FAX_OK, FAX_PARTIAL, FAX_FAILED, FAX_RESULTS } FaxResult;
const char *fax_result_name(FaxResult result); /* "in-progress", "ok", "partial", "failed" */

typedef struct FaxSession {
    uint32_t number; /* from 1, in order of discovery */
    uint32_t call;   /* 0: of none */
    FaxCarrier carrier;
    bool from_caller[FAX_SIDES];
    Endpoint ends[FAX_SIDES];    /* where each side sends from */
    Endpoint targets[FAX_SIDES]; /* where what it sends goes */
    int64_t first_ns, last_ns;
    GArray *events; /* FaxEvent */
    uint64_t events_left_out;
    GArray *pages;                               /* FaxPage */
    char identity[FAX_SIDES][T30_IDENTITY_SIZE]; /* "": none */
    T30Abilities abilities[FAX_SIDES];           /* of the last DIS or DTC; rate 0: none */
    T30Terms terms;               /* of the last DCS, and what CTC changed; rate 0: none */
    unsigned frames[T30_SIGNALS]; /* good ones */
    uint64_t bad_frames;          /* wrong check sequence, V.21 and ECM */
    uint64_t odd_frames;          /* not of T.30 */
    uint64_t lost;                /* packets beyond repair, both ways */
    AnomalySet anomalies;
    struct FaxDialogue *dialogue; /* owned; private to session.c */
} FaxSession;

FaxSession *fax_session_new(uint32_t number, FaxCarrier carrier);
void fax_session_free(FaxSession *session);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FaxSession, fax_session_free)
/* Before anything is fed; @sink is copied. */
void fax_session_set_sink(FaxSession *session, const FaxPageSink *sink);
/* Pages go nowhere from now on. */
void fax_session_clear_sink(FaxSession *session);

void fax_session_indicator(FaxSession *session, unsigned side, IfpIndicator indicator,
                           int64_t time_ns);
/* A frame without its check sequence, bits in the order of the line, the first in the highest
 * place. */
void fax_session_frame(FaxSession *session, unsigned side, Slice frame, bool good, int64_t time_ns);
/* Octets of a page without ECM, or of the training check; the same order. */
void fax_session_data(FaxSession *session, unsigned side, Slice octets, int64_t time_ns);
/* The fast modem's signal ended. */
void fax_session_data_end(FaxSession *session, unsigned side, int64_t time_ns);
/* Is what comes fast now the training check (TCF), which is never sent as frames? */
bool fax_session_expects_training(const FaxSession *session);
/* @packets of @side are missing at this point. */
void fax_session_loss(FaxSession *session, unsigned side, unsigned packets);
/* No more will come: pages that are open end. */
void fax_session_finish(FaxSession *session);

/* @ended: the capture or the call is over. @out_reason (or NULL): why it failed, for people; the
 * caller frees it; NULL when it did not. */
FaxResult fax_session_result(const FaxSession *session, bool ended, char **out_reason);
/* Pages that were confirmed. */
unsigned fax_session_pages_ok(const FaxSession *session);
/* "CSI +49 89 7654321", "MCF: page received", "image, 164 frames"; plain ASCII. */
char *fax_event_label(const FaxEvent *event);
const char *fax_event_kind_name(FaxEventKind kind); /* "indicator" */
