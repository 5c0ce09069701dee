/* export/escape.h - text from the wire made safe for where it goes. Every output passes here.
 * All take any bytes, return new strings (or append), and never fail. */
#pragma once
#include "dissect/base/slice.h"

/* May the character reach a terminal? No control, format, separator or unassigned one may. */
bool escape_is_safe(gunichar c);
/* For terminals: no control character, no escape sequence, no bidirectional override; bytes that
 * are no UTF-8 appear as \xHH. Tabs and line ends stay (CRLF as LF). With @utf8 false every
 * character beyond ASCII becomes '?'. */
void escape_terminal(GString *out, Slice text, bool utf8);
/* The same for one line: tabs and line ends become \t, \r, \n. */
char *escape_line(const char *text, bool utf8);
/* One CSV cell (RFC 4180), never beginning like a formula. */
void escape_csv(GString *out, const char *text);
/* A component of a file name: letters, digits, "-_.+@" kept, no leading dot, at most 80 bytes. */
char *escape_file_name(const char *text);
/* Valid UTF-8 for JSON: invalid bytes become U+FFFD. */
char *escape_utf8(const char *text);
