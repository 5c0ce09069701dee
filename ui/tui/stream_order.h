/* ui/tui/stream_order.h - which streams the table shows, and in which order. It is made anew every
 * now and then, in steps that take the model's lock for some hundred streams at a time, while the
 * order before stays in use. */
#pragma once
#include "dissect/call/model.h"

typedef struct StreamOrder StreamOrder;

/* @calls: uint32_t numbers, borrowed; NULL: every stream. */
StreamOrder *stream_order_new(Model *model, const GArray *calls);
void stream_order_free(StreamOrder *order);

/* @column of stream_column_set. */
void stream_order_set_sort(StreamOrder *order, unsigned column, bool reverse);
unsigned stream_order_column(const StreamOrder *order);
bool stream_order_reverse(const StreamOrder *order);

/* Some milliseconds of work; true: there is more. */
bool stream_order_step(StreamOrder *order);

unsigned stream_order_count(const StreamOrder *order);
uint32_t stream_order_at(const StreamOrder *order, unsigned row); /* stream number; 0: none */
/* Row of a stream; count when it is not listed. @near is looked at first. */
unsigned stream_order_row(const StreamOrder *order, uint32_t stream, unsigned near);
