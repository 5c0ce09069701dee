/* dissect/media_secrets.h - DTLS-SRTP: handshakes seen on media paths, their keys from the key log
 * to the streams of those paths, and their certificates against the fingerprints of SDP (RFC 5763
 * section 5). One for an engine; the caller holds the model's lock. */
#pragma once
#include "dissect/call/model.h"
#include "dissect/net/flow.h"
#include "dissect/session/dtls.h"

typedef struct MediaSecrets MediaSecrets;

/* @model is borrowed; its streams ask here for keys from now on. */
MediaSecrets *media_secrets_new(Model *model);
void media_secrets_free(MediaSecrets *secrets);

/* A datagram that dtls_looks_like(). */
void media_secrets_datagram(MediaSecrets *secrets, const FlowKey *flow, Slice payload);
/* The key log may have grown: gives keys to streams that wait for them. */
void media_secrets_refresh(MediaSecrets *secrets);
