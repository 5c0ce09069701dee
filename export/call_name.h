/* export/call_name.h - how the files of a call are called. Not for use outside export/. */
#pragma once
#include "dissect/call/call.h"

/* "00007-20261121T035800Z-alice-bob": without folder and suffix, safe; the caller frees. */
char *call_file_name(const Call *call);
