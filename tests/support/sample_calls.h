/* tests/support/sample_calls.h - a few whole calls for tests of what reads models. */
#pragma once
#include "support/sip_feed.h"

#define SAMPLE_START_MS INT64_C(1700000000000)
#define SAMPLE_ALICE    "10.0.0.1:5060"
#define SAMPLE_BOB      "10.0.0.2:5060"

static inline SipFeed sample_feed(void)
{
    ModelLimits limits = { 0 };
    return (SipFeed){ .model = model_new(&limits), .now_ms = SAMPLE_START_MS };
}

/* A message @after_ms behind the one before: @start as in FeedLine, @cseq as "1 INVITE"; those that
 * begin with a digit come from bob. @port 0: no SDP. */
static inline void sample_step(SipFeed *feed, int after_ms, const char *start, const char *cseq,
                               unsigned port)
{
    bool response = g_ascii_isdigit(start[0]);
    const char *method = strchr(cseq, ' ') + 1;
    g_autofree char *branch = g_strdup_printf("z9hG4bK%s-%s", feed->call_id, cseq);

    FEED(feed, feed->now_ms + after_ms, .from = response ? SAMPLE_BOB : SAMPLE_ALICE,
         .to = response ? SAMPLE_ALICE : SAMPLE_BOB, .start = start, .method = method,
         .cseq = (unsigned)atoi(cseq), .branch = g_strdelimit(branch, " ", '-'),
         .to_tag = response || strcmp(method, "INVITE") != 0 ? "b" : NULL,
         .sdp_address = port ? (response ? "10.0.0.2" : "10.0.0.1") : NULL, .sdp_port = port);
}

/* Rings after 500 ms, is answered after 2.5 s, ended by alice after 12.5 s. */
static inline void sample_completed_call(SipFeed *feed, const char *call_id)
{
    feed->call_id = call_id;
    sample_step(feed, 0, "INVITE sip:bob@example.org", "1 INVITE", 4000);
    sample_step(feed, 500, "180 Ringing", "1 INVITE", 0);
    sample_step(feed, 2000, "200 OK", "1 INVITE", 5000);
    sample_step(feed, 0, "ACK sip:bob@example.org", "1 ACK", 0);
    sample_step(feed, 10000, "BYE sip:bob@example.org", "2 BYE", 0);
    sample_step(feed, 10, "200 OK", "2 BYE", 0);
}

/* The INVITE is sent twice. */
static inline void sample_busy_call(SipFeed *feed, const char *call_id)
{
    feed->call_id = call_id;
    sample_step(feed, 0, "INVITE sip:bob@example.org", "1 INVITE", 0);
    sample_step(feed, 500, "INVITE sip:bob@example.org", "1 INVITE", 0);
    sample_step(feed, 100, "486 Busy Here", "1 INVITE", 0);
    sample_step(feed, 0, "ACK sip:bob@example.org", "1 ACK", 0);
}

static inline void sample_options(SipFeed *feed, const char *call_id)
{
    feed->call_id = call_id;
    sample_step(feed, 0, "OPTIONS sip:bob@example.org", "7 OPTIONS", 0);
    sample_step(feed, 0, "200 OK", "7 OPTIONS", 0);
    feed->now_ms += 3;
}
