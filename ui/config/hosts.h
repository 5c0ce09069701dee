/* ui/config/hosts.h - names for addresses, from a file as /etc/hosts. */
#pragma once
#include <glib.h>

#define HOSTS_ERROR hosts_error_quark()
GQuark hosts_error_quark(void);

/* Lines of "address name", where the address may have a port ("10.0.0.1:5060", "[::1]:5060") and
 * what follows the name is ignored. The first line about an address counts. Returns a table from
 * address text (as ip_format() and endpoint_format() write it) to name, which the caller owns; or
 * NULL with an error that names file and line. */
GHashTable *hosts_load(const char *path, GError **error);
