/* dissect/net/decode_as.h - what the user says that a port carries ("udp.port==5070,sip"): it goes
 * before every heuristic. */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef enum {
    DECODE_AS_UNKNOWN, /* nothing was said: heuristics decide */
#define DECODE_AS(id, name, udp, tcp) DECODE_AS_##id,
#include "dissect/net/decode_as.def"
#undef DECODE_AS
    DECODE_AS_COUNT
} DecodeAs;

#define DECODE_RULES_MAX 32

typedef struct {
    uint8_t ip_protocol;
    uint16_t port; /* of either side */
    DecodeAs protocol;
} DecodeRule;

typedef struct DecodeRules {
    DecodeRule rules[DECODE_RULES_MAX];
    unsigned count;
} DecodeRules;

#define DECODE_AS_ERROR decode_as_error_quark() /* rules that cannot be taken */
GQuark decode_as_error_quark(void);

/* Takes "udp.port==N,NAME" or "tcp.port==N,NAME". False with a message for people when it is
 * none, names a protocol that is not known or does not run over that transport. */
bool decode_rules_add(DecodeRules *rules, const char *text, GError **error);
/* "sip"; NULL for DECODE_AS_UNKNOWN. */
const char *decode_as_name(DecodeAs protocol);
/* DECODE_AS_UNKNOWN when no rule names one of the ports; the rule given first counts. */
DecodeAs decode_rules_find(const DecodeRules *rules, uint8_t ip_protocol, uint16_t source,
                           uint16_t destination);
