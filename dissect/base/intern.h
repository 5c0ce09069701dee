/* dissect/base/intern.h - one copy of each string that comes again and again (User-Agents, codec
 * names, methods). Bounded, because the strings come from the wire. */
#pragma once
#include "dissect/base/slice.h"

#define INTERN_LENGTH_MAX 255 /* bytes; a longer string is cut */

typedef struct InternTable InternTable;

/* A table of at most @cap different strings. */
InternTable *intern_new(unsigned cap);
void intern_free(InternTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(InternTable, intern_free)

/* The NUL-terminated copy of @text, owned by the table and in place until it is freed: equal texts
 * give equal pointers. A new text in a full table gives the one string "(other)". */
const char *intern_string(InternTable *table, Slice text);
unsigned intern_size(const InternTable *table);
