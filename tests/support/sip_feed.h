/* tests/support/sip_feed.h - a conversation written down line by line, fed to a Model. */
#pragma once
#include "dissect/call/tracker.h"

typedef struct {
    Model *model;
    const char *call_id;
    int64_t now_ms; /* of the next message */
} SipFeed;

static const char feed_sdp[] = "v=0\r\no=- 1 1 IN IP4 %s\r\ns=-\r\nc=IN IP4 %s\r\nt=0 0\r\n"
                               "m=audio %u RTP/AVP 8 101\r\na=rtpmap:101 telephone-event/8000\r\n"
                               "a=%s\r\n";

static Endpoint feed_endpoint(const char *text)
{
    Endpoint endpoint = { 0 };

    g_assert_true(endpoint_parse(slice_from_string(text), &endpoint));
    return endpoint;
}

/* What stands in the message; NULL and 0 mean the usual. */
typedef struct {
    const char *from, *to;   /* endpoints of the packet: "10.0.0.1:5060" */
    const char *start;       /* "INVITE sip:bob@example.org" or "180 Ringing" */
    const char *method;      /* of CSeq; needed in responses */
    unsigned cseq;           /* 0: 1 */
    const char *branch;      /* default: "z9hG4bK-<cseq>-<method>" */
    unsigned vias;           /* 0: 1 */
    const char *from_tag;    /* default "a" */
    const char *to_tag;      /* default none */
    const char *headers;     /* whole lines with CRLF */
    const char *sdp_address; /* an SDP with this address and @sdp_port */
    unsigned sdp_port;
    const char *sdp_direction;
} FeedLine;

static void feed_bytes(SipFeed *feed, const char *from, const char *to, const char *text)
{
    static SipMessage message;
    MessageOrigin origin = {
        .time_ns = feed->now_ms * NS_PER_MS,
        .source = feed_endpoint(from),
        .destination = feed_endpoint(to),
        .frame = 1,
    };

    g_assert_cmpint(sip_parse(slice_from_string(text), &message), ==, DISSECT_OK);
    feed->model->clock_ns = origin.time_ns;
    call_tracker_message(feed->model, &message, &origin);
}

static void feed_line(SipFeed *feed, const FeedLine *line)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autofree char *body =
        line->sdp_address
            ? g_strdup_printf(feed_sdp, line->sdp_address, line->sdp_address, line->sdp_port,
                              line->sdp_direction ? line->sdp_direction : "sendrecv")
            : g_strdup("");
    bool response = g_ascii_isdigit(line->start[0]);
    const char *space = strchr(line->start, ' ');
    g_autofree char *method = line->method ? g_strdup(line->method)
                                           : g_strndup(line->start, (gsize)(space - line->start));
    unsigned cseq = line->cseq ? line->cseq : 1;

    if (response)
        g_string_append_printf(text, "SIP/2.0 %s\r\n", line->start);
    else
        g_string_append_printf(text, "%s SIP/2.0\r\n", line->start);
    for (unsigned i = 0; i < (line->vias ? line->vias : 1); i++) {
        unsigned hop = (line->vias ? line->vias : 1) - i;
        if (i == 0 && line->branch)
            g_string_append_printf(text, "Via: SIP/2.0/UDP h%u;branch=%s\r\n", hop, line->branch);
        else
            g_string_append_printf(text, "Via: SIP/2.0/UDP h%u;branch=z9hG4bK-%u-%s-%u\r\n", hop,
                                   cseq, method, hop);
    }
    g_string_append_printf(text,
                           "From: <sip:alice@example.org>;tag=%s\r\nTo: <sip:bob@example.org>",
                           line->from_tag ? line->from_tag : "a");
    if (line->to_tag)
        g_string_append_printf(text, ";tag=%s", line->to_tag);
    g_string_append_printf(text, "\r\nCall-ID: %s\r\nCSeq: %u %s\r\nMax-Forwards: 70\r\n%s",
                           feed->call_id, cseq, method, line->headers ? line->headers : "");
    if (body[0])
        g_string_append(text, "Content-Type: application/sdp\r\n");
    g_string_append_printf(text, "Content-Length: %zu\r\n\r\n%s", strlen(body), body);
    feed_bytes(feed, line->from, line->to, text->str);
}

#define FEED(feed, ms, ...)                                                                        \
    do {                                                                                           \
        (feed)->now_ms = (ms);                                                                     \
        FeedLine feed_line_ = { __VA_ARGS__ };                                                     \
        feed_line((feed), &feed_line_);                                                            \
    } while (0)
