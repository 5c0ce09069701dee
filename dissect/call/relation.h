/* dissect/call/relation.h - calls that belong to one story: legs of a back-to-back user agent,
 * transfers, redirections. Calls stay as they are and name each other, with the reason. */
#pragma once
#include "dissect/call/model.h"

typedef enum {
    RELATION_SESSION_ID, /* the same UUID in Session-ID (RFC 7989) */
    RELATION_HEADER,   /* a header such as X-Call-ID names the other leg, or both have its value */
    RELATION_CHARGING, /* the same icid-value in P-Charging-Vector (RFC 7315 section 5.6) */
    RELATION_HOP,      /* same caller and callee, sent on by the host that had just got the other */
    RELATION_MEDIA,    /* another host offered the same media address */
    RELATION_TRANSFER, /* a REFER asked for it (RFC 3515, RFC 5589) */
    RELATION_REPLACES, /* it takes the other's place (RFC 3891) */
    RELATION_JOIN,     /* it joins the other (RFC 3911) */
    RELATION_REDIRECT, /* a 3xx named its target */
    RELATION_CONFERENCE, /* of the same conference (RFC 4579) */
    RELATION_RELAY,      /* media of one goes on as media of the other: relayed_media.h */
    RELATION_REASONS
} RelationReason;
const char *relation_reason_name(RelationReason reason); /* "session-id" */

#define RELATIONS_MAX 32 /* of one call; further ones are not kept */
#define STORY_MAX     64 /* calls of one story */

/* Of Call.related. */
typedef struct {
    uint32_t call;               /* number of the other one, which may have been evicted */
    uint32_t frame, other_frame; /* packets that say so: of this call, of the other; 0: none */
    RelationReason reason;
    char *evidence; /* owned: "X-CID: 1234@example.org" */
} CallRelation;

/* Relates both calls to each other, once; the first reason stands. True when they were not. */
bool calls_relate(Call *a, uint32_t frame_a, Call *b, uint32_t frame_b, RelationReason reason,
                  Slice evidence);
bool calls_are_related(const Call *a, const Call *b);
void relations_clear(Call *call);

unsigned call_relation_count(const Call *call);
const CallRelation *call_relation(const Call *call, unsigned index);

/* Appends to @numbers (uint32_t) the calls that @number is related to directly or through others,
 * itself first; at most STORY_MAX, none that was evicted. */
void call_story(const Model *model, uint32_t number, GArray *numbers);
