/* dissect/media/fax/guess.h - T.38 that no SDP announced: datagrams of new flows are held until
 * several agree that they are UDPTL. Private to dissect/media/fax/. */
#pragma once
#include "dissect/media/tracker.h"

#define FAX_HELD_MAX    12u
#define FAX_HELD_OCTETS 512u

typedef struct {
    int64_t time_ns;
    uint16_t length;
    uint8_t bytes[FAX_HELD_OCTETS];
} FaxHeld;

typedef struct FaxGuesser FaxGuesser;

FaxGuesser *fax_guesser_new(void);
void fax_guesser_free(FaxGuesser *guesser);
/* True when those held so far, this one included, prove it. At most 256 flows at once; more are not
 * looked at. */
bool fax_guesser_add(FaxGuesser *guesser, const Flow *flow, const MediaDatagram *datagram);
/* What is held of a flow that is believed for another reason; 0: nothing. */
unsigned fax_guesser_held(const FaxGuesser *guesser, const Flow *flow, const FaxHeld **out_held);
void fax_guesser_forget(FaxGuesser *guesser, const Flow *flow);
