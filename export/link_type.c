#include "export/link_type.h"
#include <glib.h>
#include <pcap/pcap.h>

/* Below 104 libpcap's own numbers (DLT_) and those of files may differ. */
static const struct {
    int number;
    const char *name;
} names[] = {
    { 0, "NULL" },      { 1, "EN10MB" }, { 9, "PPP" },
    { 50, "PPP_HDLC" }, { 51, "PPPOE" }, { 101, "RAW" },
};

const char *link_type_name(int link_type)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++) {
        if (names[i].number == link_type)
            return names[i].name;
    }
    return link_type >= 104 ? pcap_datalink_val_to_name(link_type) : NULL;
}
