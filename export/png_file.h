/* export/png_file.h - a black and white page as a PNG (ISO/IEC 15948). Not for use outside
 * export/. */
#pragma once
#include "export/tiff_file.h"

bool png_file_write(const char *path, const BilevelPage *page, GError **error);
