/* export/fax_pages.h - takes the data of one fax's pages, decodes it and writes the files. Not for
 * use outside export/. */
#pragma once
#include "dissect/media/fax/session.h"
#include "export/fax.h"

typedef struct FaxPages FaxPages;

/* @options is borrowed; @name is that of the files, without folder and suffix. */
FaxPages *fax_pages_new(const FaxOptions *options, const char *name);
/* For fax_session_set_sink(). */
FaxPageSink fax_pages_sink(FaxPages *pages);
/* Pages written; false with the first error. */
bool fax_pages_close(FaxPages *pages, unsigned *out_count, GError **error);
