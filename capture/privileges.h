/* capture/privileges.h - giving up what only the opening of devices needs. */
#pragma once
#include <glib.h>
#include <stdbool.h>

/* Drops every capability for good (in builds with libcap-ng). Root, besides, becomes @user; NULL:
 * who called sudo, or else "nobody". "root" stays root without its capabilities. Call it after
 * devices and outputs are open and before threads are started. CAPTURE_ERROR_PERMISSION on failure.
 */
bool privileges_drop(const char *user, GError **error);
