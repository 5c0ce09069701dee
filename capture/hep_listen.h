/* capture/hep_listen.h - capture agents that send HEP here, as a source of packets. Each datagram,
 * and each HEP3 packet of a TCP connection, becomes a UDP packet from the agent to this host
 * (LINKTYPE_RAW), so that it is dissected, kept and written as a captured one is.
 *
 * At most HEP_CLIENTS connections are held; when one more comes, the longest silent of them makes
 * room if it was silent for HEP_SILENCE_S, else the new one is closed. A connection that sends
 * anything but HEP3 is closed. Of TLS, one is closed too that has not done its handshake within
 * HEP_HANDSHAKE_S, and what comes beyond HEP_HANDSHAKES in a second. All are counted, see
 * SourceStats. */
#pragma once
#include "capture/source.h"

#define HEP_CLIENTS     64u
#define HEP_SILENCE_S   60
#define HEP_HANDSHAKE_S 10
#define HEP_HANDSHAKES  100u

/* Opens the socket that @url (see hep_url.h) names, with the buffer of @options, which need not
 * live on. Packets bear @source. CAPTURE_ERROR_OPEN or _PERMISSION on failure. */
PacketSource *hep_listen_new(const char *url, const CaptureOptions *options, uint16_t source,
                             GError **error);
