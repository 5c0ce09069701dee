/* dissect/sip/sdp_usual.h - the lines that nearly every description of a call is made of, in the
 * form that nearly all of them have: one space between two fields, no control byte before CRLF.
 * Read as they come, they cost a fraction of what the rules of RFC 8866 do, to the same effect.
 * Internal to dissect/sip; pure functions, slices borrowed.
 *
 * Each cuts a line with its CRLF off @rest and stores what it says. For any other form it returns
 * false and stores nothing, but @rest may be cut in part: the line is then read by the rules, which
 * know what is wrong with it. */
#pragma once
#include "dissect/sip/sdp.h"

/* "v=0" */
bool sdp_usual_version(Slice *rest);

/* "o=alice 28 29 IN IP4 192.0.2.1" */
bool sdp_usual_origin(Slice *rest, Sdp *out);

/* "s=-" */
bool sdp_usual_name(Slice *rest, Slice *out);

/* "c=IN IP4 192.0.2.1" */
bool sdp_usual_connection(Slice *rest, SdpConnection *out);

/* "t=0 0": a session without bounds. */
bool sdp_usual_time(Slice *rest);

/* "m=audio 49170 RTP/AVP 0 8 101", with payload types alone. @out is a media description that has
 * no formats; when false is returned, it may have. */
bool sdp_usual_media(Slice *rest, SdpMedia *out);

/* "a=rtpmap:8 PCMA/8000", "a=fmtp:101 0-16", "a=ptime:20" and "a=sendrecv" at media level. */
bool sdp_usual_attribute(Slice *rest, SdpMedia *media);
