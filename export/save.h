/* export/save.h - calls taken out of the capture: packets to pcapng or pcap, messages to text.
 * Takes the model's lock itself, briefly, to learn what belongs to the calls; the packets are then
 * read again from the store without it. */
#pragma once
#include "capture/packet_store.h"
#include "dissect/call/model.h"

typedef struct {
    const uint32_t *calls; /* numbers */
    unsigned call_count;
    bool with_media; /* RTP and RTCP of their streams, ICMP about those, fax, MSRP */
    bool secrets;    /* those of key logs too, for the TLS connections of the calls; otherwise only
                        those that the capture itself held. Pcap has no place for them */
    bool decrypted;  /* SRTP and SRTCP whose keys are known as RTP and RTCP: save_plain.h */
    /* Called every so often with 0..1; returning false stops, leaving a valid file. May be NULL. */
    bool (*progress)(double done, void *context);
    /* One line about what could not be done as wanted. May be NULL. */
    void (*remark)(const char *line, void *context);
    void *context;
} SaveSelection;

/* pcap when @path ends in .pcap, else pcapng. */
bool save_packets(Model *model, PacketStore *store, const SaveSelection *selection,
                  const char *path, GError **error);
bool save_text(Model *model, PacketStore *store, const SaveSelection *selection, const char *path,
               GError **error);

/* The text of one message as captured, NUL-terminated, with its length. NULL with an error when it
 * has scrolled out of the spool or cannot be read. No lock needed. */
char *message_read(PacketStore *store, const CallMessage *message, size_t *out_length,
                   GError **error);
