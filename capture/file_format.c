/* capture/file_format.c - see file_format.h. */
#include "capture/file_format.h"

enum {
    LINK_TYPE_RAW_LINUX = 12, /* DLT_ values that programs wrote into files as they were */
    LINK_TYPE_RAW_OPENBSD = 14,
    LINK_TYPE_RAW = 101,
    LINK_TYPE_USB_LINUX = 189,
    LINK_TYPE_USB_LINUX_MMAPPED = 220,
    LINK_TYPE_DBUS = 231,
    LINK_TYPE_USBPCAP = 249,
};

uint16_t file_format_link_type(uint32_t field)
{
    uint16_t link_type = (uint16_t)field; /* bits 16..31: length of the FCS, reserved */
    if (link_type == LINK_TYPE_RAW_LINUX || link_type == LINK_TYPE_RAW_OPENBSD)
        return LINK_TYPE_RAW;
    return link_type;
}

uint32_t file_format_caplen_max(uint16_t link_type)
{
    switch (link_type) {
    case LINK_TYPE_USB_LINUX:
    case LINK_TYPE_USB_LINUX_MMAPPED:
    case LINK_TYPE_DBUS:
    case LINK_TYPE_USBPCAP:
        return FILE_FORMAT_CAPLEN_MAX_BUS;
    default:
        return FILE_FORMAT_CAPLEN_MAX;
    }
}
