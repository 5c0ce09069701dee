/* dissect/call/msrp_content.h - what came of one message: which bytes, where they stand, what they
 * are. Private to dissect/call. */
#pragma once
#include "dissect/call/model.h"
#include "dissect/call/msrp.h"

MsrpContent *msrp_content_new(Model *model, const MsrpMessage *message);
void msrp_content_free(MsrpContent *content);

/* Where bytes of it stand. */
void msrp_content_add_piece(MsrpContent *content, const MsrpPiece *piece);
/* Bytes [begin, begin + len) came. False when there are too many holes to take them. */
bool msrp_content_add_span(MsrpContent *content, uint64_t begin, uint64_t len);
/* A chunk with a Byte-Range or the flag $ tells the size. False when it contradicts another. */
bool msrp_content_set_size(MsrpContent *content, uint64_t size);
/* Bytes of the message from @offset on: those at its beginning are kept until they were looked
 * into. */
void msrp_content_add_beginning(MsrpContent *content, uint64_t offset, Slice bytes);
/* Looks into the first bytes, at most MSRP_UNWRAP_MAX: what it wraps, and what it says. They are
 * given up when they say enough, or with @last. */
void msrp_content_look(MsrpContent *content, Model *model, bool last);
