/* capture/hep_url.h - where capture agents are listened for, as -L names it:
 * udp://[HOST][:PORT], tcp://[HOST][:PORT] or tls://[HOST][:PORT]. */
#pragma once
#include <glib.h>
#include <stdbool.h>

#define HEP_PORT "9060"

typedef struct {
    bool stream; /* TCP, else UDP */
    bool tls;    /* over TCP */
    char *host;  /* owned; NULL: every address of this host */
    char *port;  /* owned; decimal, 1 to 65535 */
} HepUrl;

/* An IPv6 address stands in brackets. CAPTURE_ERROR_OPEN, in one line that names @text. */
bool hep_url_parse(const char *text, HepUrl *out, GError **error);
void hep_url_clear(HepUrl *url);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(HepUrl, hep_url_clear)
