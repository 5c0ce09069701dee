/* capture/devices.c - the list of devices; see capture.h. */
#include "capture/capture.h"
#include <netdb.h>
#include <netinet/in.h>
#include <pcap/pcap.h>
#include <sys/socket.h>

static void append_addresses(GString *line, const pcap_if_t *device)
{
    for (const pcap_addr_t *at = device->addresses; at; at = at->next) {
        int family = at->addr ? at->addr->sa_family : AF_UNSPEC;
        char host[NI_MAXHOST];
        socklen_t size = family == AF_INET    ? sizeof(struct sockaddr_in)
                         : family == AF_INET6 ? sizeof(struct sockaddr_in6)
                                              : 0;
        if (size && getnameinfo(at->addr, size, host, sizeof host, NULL, 0, NI_NUMERICHOST) == 0)
            g_string_append_printf(line, " %s", host);
    }
}

static char *device_line(const pcap_if_t *device)
{
    GString *line = g_string_new(device->name);
    if (device->description)
        g_string_append_printf(line, " (%s)", device->description);
    if (!(device->flags & PCAP_IF_UP))
        g_string_append(line, " [down]");
    append_addresses(line, device);
    return g_string_free(line, FALSE);
}

bool capture_list_devices(GPtrArray **out_lines, GError **error)
{
    char message[PCAP_ERRBUF_SIZE] = "";
    pcap_if_t *devices = NULL;
    if (pcap_findalldevs(&devices, message) != 0) {
        g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN, "devices cannot be listed: %s",
                    message);
        return false;
    }
    GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
    for (const pcap_if_t *device = devices; device; device = device->next)
        g_ptr_array_add(lines, device_line(device));
    pcap_freealldevs(devices);
    *out_lines = lines;
    return true;
}
