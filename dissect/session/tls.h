/* dissect/session/tls.h - TLS on a stream: records, the handshake as far as a passive observer sees
 * it, and what its keys open, fed to the layer above. SSL 3.0 and older are named, not read.
 *
 * Records whose key is not known yet wait for it, 256 KiB a connection and 16 MiB in all, as long
 * as there is a source keys may come from. Behind missing records the numbers of those that may be
 * missing are tried, 256 of them. */
#pragma once
#include "dissect/session/keylog.h"
#include "dissect/session/server_key.h"
#include "dissect/session/stack.h"
#include "dissect/session/tls_session.h"

typedef struct TlsDecoder TlsDecoder; /* what all connections share */

/* All are borrowed. @server_keys may be NULL. */
TlsDecoder *tls_decoder_new(KeyLog *log, const ServerKeys *server_keys, TlsSessionTable *sessions);
/* After the StreamStack. */
void tls_decoder_free(TlsDecoder *decoder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TlsDecoder, tls_decoder_free)
/* Records of connections that are over wait as others do: see stream_stack_release().
 * Tries what waits for keys, if there are new ones. Not while bytes are being delivered. */
void tls_decoder_retry(TlsDecoder *decoder);

/* For a StreamRow; its context is a TlsDecoder. */
extern const StreamProtocol tls_protocol;
