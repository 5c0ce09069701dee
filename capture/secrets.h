/* capture/secrets.h - decryption secrets that capture files carry (pcapng decryption secrets
 * blocks), on their way from the capture thread to whoever decrypts. Thread-safe, bounded. */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct SecretsQueue SecretsQueue;

SecretsQueue *secrets_queue_new(void);
void secrets_queue_free(SecretsQueue *queue);
/* Copies a TLS key log. One that does not fit (32 MiB wait at most) is counted as refused. */
void secrets_queue_push(SecretsQueue *queue, const uint8_t *bytes, size_t len);
/* For secrets that could not be read: too large, or of a kind that nobody here can use. */
void secrets_queue_refuse(SecretsQueue *queue);
/* The next one, which the caller unrefs, or NULL. Costs one atomic read when there is none. */
GBytes *secrets_queue_pop(SecretsQueue *queue);
unsigned secrets_queue_refused(const SecretsQueue *queue);

/* From now on all that is pushed can be had a second time, by whoever writes the capture again. */
void secrets_queue_copy(SecretsQueue *queue);
GBytes *secrets_queue_pop_copy(SecretsQueue *queue);
